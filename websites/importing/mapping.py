"""From an export's records to rows of an organization: values as their columns want them, ids as this site has them."""

from __future__ import annotations

import base64
import mimetypes
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from organizations.client.shapes import TableShape
from websites.importing.folder import LARGEST_FILE, Export, Record
from websites.importing.kinds import TABLES, UNSHOWN

NOTHING = frozenset({"", "null", "~"})
WHOLE = frozenset({"Integer", "BigInt", "Picklist", "State", "Status"})
BROKEN = frozenset({"Decimal", "Double", "Money"})
# Columns of the exporting tool or of the place that the row was in, not of the row.
SKIPPED = frozenset({"id", "annotationid", "filename", "isdocument", "mimetype", "objectid", "objecttypecode"})
SKIPPED_OF_ORGANIZATION = frozenset(
    {"timezoneruleversionnumber", "importsequencenumber", "statuscode", "versionnumber"}
)


@dataclass(frozen=True)
class Planned:
    """A row to be written. ``later`` are lookups of rows that are written after this one."""

    table: str
    id: UUID
    values: Mapping[str, Any]
    later: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[tuple[str, str, UUID], ...] = ()  # navigation, table, id


@dataclass
class Plan:
    """What is written, in order, and what is not."""

    website_id: UUID
    rows: list[Planned] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Mapper:
    """Maps one export.

    Args:
        website_id: of the site as it will be. Where it is not the export's own, every id is made from it, so that an
            export can stand in an organization several times.
        languages: LCID -> the organization's portal language.
        name: the website's name, "" for the export's own.
    """

    def __init__(
        self,
        export: Export,
        shapes: Mapping[str, TableShape],
        *,
        website_id: UUID | None,
        languages: Mapping[int, UUID],
        name: str = "",
    ) -> None:
        self._export, self._shapes, self._name = export, shapes, name
        websites = export.of("website")
        self._own_id = UUID(websites[0].id)
        self.website_id = website_id or self._own_id
        self._order = list(dict.fromkeys(TABLES.values()))
        self._languages = self._language_ids(languages)
        self._known = {
            record.id: TABLES[record.kind] for record in export.records if self._is_served(record) and _guid(record.id)
        }
        self._left: Counter[str] = Counter()

    def plan(self) -> Plan:
        """Everything that can be written, tables in order."""
        plan = Plan(self.website_id)
        for table in self._order:
            for record in (one for one in self._export.records if TABLES.get(one.kind) == table):
                if self._is_served(record) and not self._is_there(record):
                    plan.rows.extend(self._planned(record))
        plan.left = [*self._unserved(), *self._summed()]
        return plan

    def id_of(self, text: str) -> UUID | None:
        """The id of an exported row on this site; None for what is no id."""
        found = _guid(text)
        if found is None:
            return None
        if found in self._languages:
            return self._languages[found]
        if found == self._own_id:
            return self.website_id
        return found if self.website_id == self._own_id else uuid5(self.website_id, str(found))

    def _language_ids(self, there: Mapping[int, UUID]) -> dict[UUID, UUID]:
        """Portal languages belong to the organization: the export's ids -> the organization's."""
        found: dict[UUID, UUID] = {}
        for record in self._export.of("portallanguage"):
            if (own := _guid(record.id)) and (lcid := _lcid(record.values)) in there:
                found[own] = there[lcid]
        default = next(iter(there.values()), None)
        base = there.get(_whole(self._export.of("website")[0].values.get("website_language")), default)
        for record in self._export.of("websitelanguage"):
            named = _guid(str(record.values.get("portallanguageid") or ""))
            if named and base and named not in {_guid(one.id) for one in self._export.of("portallanguage")}:
                found.setdefault(named, base)
        return found

    def _is_there(self, record: Record) -> bool:
        return record.kind == "portallanguage" and _guid(record.id) in self._languages

    def _is_served(self, record: Record) -> bool:
        return TABLES.get(record.kind, "") in self._shapes

    def _unserved(self) -> list[str]:
        names: dict[str, list[str]] = {}
        for record in self._export.records:
            if not self._is_served(record):
                names.setdefault(record.kind, []).append(record.name)
        return [f"{kind} ({len(found)}): {', '.join(sorted(set(found))[:20])}" for kind, found in sorted(names.items())]

    def _summed(self) -> list[str]:
        return [f"{what} ({count})" if count > 1 else what for what, count in sorted(self._left.items())]

    # --- One record

    def _planned(self, record: Record) -> Iterator[Planned]:
        table = TABLES[record.kind]
        shape, row_id = self._shapes[table], self.id_of(record.id)
        if row_id is None:
            self._left[f"{record.kind} {record.name}: its id is not a GUID"] += 1
            return
        now: dict[str, Any] = {}
        later: dict[str, Any] = {}
        links: list[tuple[str, str, UUID]] = []
        for name, value in record.values.items():
            if name not in SKIPPED and name not in SKIPPED_OF_ORGANIZATION:
                self._place(record, shape, name, value, now, later, links)
        if "adx_websiteid" in shape.lookups and table != "adx_website":
            navigation = shape.lookups["adx_websiteid"][0].navigation
            now[f"{navigation}@odata.bind"] = f"/{self._shapes['adx_website'].entity_set}({self.website_id})"
        if table == "adx_website" and self._name:
            now["adx_name"] = self._name
        yield Planned(table, row_id, now, later, tuple(links))
        if record.kind == "webfile":
            yield from self._note(record, row_id)

    def _place(
        self,
        record: Record,
        shape: TableShape,
        name: str,
        value: Any,
        now: dict[str, Any],
        later: dict[str, Any],
        links: list[tuple[str, str, UUID]],
    ) -> None:
        column = f"adx_{name}" if f"adx_{name}" in shape.kinds else name
        if isinstance(value, list):
            self._link(record, shape, name, value, links)
        elif column in shape.lookups:
            self._lookup(record, shape, column, str(value), now, later)
        elif column == shape.primary_id or (str(value) in NOTHING and column not in shape.kinds):
            return
        elif column not in shape.kinds:
            self._left[f"column {name} of {record.kind}: the organization does not have it"] += 1
        else:
            if (record.kind, name) in UNSHOWN and str(value).strip():
                self._left[f"{name} of {record.kind} {record.name}: {UNSHOWN[record.kind, name]}"] += 1
            self._value(record, shape.kinds[column], column, value, now)

    def _value(self, record: Record, kind: str, column: str, value: Any, now: dict[str, Any]) -> None:
        try:
            now[column] = _typed(kind, str(value))
        except ValueError:
            self._left[f"column {column} of {record.kind} {record.name}: {str(value)[:40]!r} is no {kind}"] += 1

    def _lookup(
        self,
        record: Record,
        shape: TableShape,
        column: str,
        value: str,
        now: dict[str, Any],
        later: dict[str, Any],
    ) -> None:
        if value in NOTHING:
            return
        table = self._known.get(value.lower()) or ("adx_website" if _guid(value) == self._own_id else "")
        target = next((one for one in shape.lookups[column] if one.table == table), None)
        if target is None and _guid(value) in self._languages:
            target = next(iter(shape.lookups[column]), None)
        found = self.id_of(value)
        if target is None or found is None or target.table not in self._shapes:
            self._left[f"lookup {column.removeprefix('adx_')} of {record.kind}: the row is not in the export"] += 1
            return
        bound = {f"{target.navigation}@odata.bind": f"/{self._shapes[target.table].entity_set}({found})"}
        is_before = self._order.index(target.table) < self._order.index(shape.table)
        (now if is_before else later).update(bound)

    def _link(
        self,
        record: Record,
        shape: TableShape,
        name: str,
        values: list[Any],
        links: list[tuple[str, str, UUID]],
    ) -> None:
        link = shape.links.get(f"adx_{name}") or shape.links.get(name)
        for value in values:
            found = self.id_of(str(value))
            if link is None or found is None or self._known.get(str(value).lower()) != link.table:
                self._left[f"link {name} of {record.kind}: it leads to nothing that is imported"] += 1
            else:
                links.append((link.navigation, link.table, found))

    def _note(self, record: Record, row_id: UUID) -> Iterator[Planned]:
        """The content of a web file: a note."""
        if record.file is None:
            self._left[f"webfile {record.name}: the export does not hold its content"] += 1
            return
        if record.file.stat().st_size > LARGEST_FILE:
            self._left[f"webfile {record.name}: it is larger than {LARGEST_FILE // 1024 // 1024} MiB"] += 1
            return
        guessed = mimetypes.guess_type(record.file.name)[0] or "application/octet-stream"
        navigation = next(
            one.navigation for one in self._shapes["annotation"].lookups["objectid"] if one.table == "adx_webfile"
        )
        values = {
            "subject": record.name,
            "isdocument": True,
            "filename": str(record.values.get("filename") or record.file.name),
            "mimetype": str(record.values.get("mimetype") or guessed),
            "documentbody": base64.b64encode(record.file.read_bytes()).decode(),
            f"{navigation}@odata.bind": f"/{self._shapes['adx_webfile'].entity_set}({row_id})",
        }
        yield Planned("annotation", uuid5(row_id, "content"), values)


def _typed(kind: str, text: str) -> Any:
    """A text of the export as its column wants it. Raises ValueError."""
    if kind in {"String", "Memo"}:
        return text
    if text in NOTHING:
        return None
    if kind == "Boolean":
        if text.lower() not in {"true", "false", "1", "0"}:
            raise ValueError
        return text.lower() in {"true", "1"}
    if kind in WHOLE:
        return int(text)
    return float(text) if kind in BROKEN else text


def _guid(text: str) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _lcid(values: Mapping[str, Any]) -> int:
    return _whole(values.get("lcid")) or _whole(values.get("systemlanguage"))


def _whole(value: object) -> int:
    return int(str(value)) if str(value or "").isdecimal() else 0
