"""One call of the Web API and its reply, whether it came alone or as a part of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.datastructures import CaseInsensitiveMapping

from organizations.embedded.callers import Caller, caller_find
from organizations.embedded.errors import DataverseError, bad_request, segment_missing
from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.embedded.registry import TABLES, TABLES_BY_SET, Kind, Table

LARGEST_PAGE = 5000
ENTITY = 1  # component type of a table


@dataclass(frozen=True)
class Prefer:
    """The Prefer header."""

    annotations: str = ""  # "*", or names separated by commas, each may end in *; with - before it: none of these
    page_size: int = LARGEST_PAGE
    has_page_size: bool = False
    returns_row: bool = False
    tracks_changes: bool = False
    continues_on_error: bool = False

    def wants(self, annotation: str) -> bool:
        """Whether the annotation (such as ``OData.Community.Display.V1.FormattedValue``) is asked for."""
        patterns = [part.strip() for part in self.annotations.split(",") if part.strip()]
        if any(pattern.startswith("-") and _covers(pattern[1:], annotation) for pattern in patterns):
            return False
        return any(_covers(pattern, annotation) for pattern in patterns)


@dataclass
class Shared:
    """What all calls of one request share: who calls, and which tables are there."""

    callers: dict[tuple[str, str], Caller] = field(default_factory=dict)
    portal_tables: frozenset[str] | None = None
    has_faults: bool | None = None  # None: not looked at yet


@dataclass(frozen=True)
class Call:
    """What is asked."""

    tenant: EmbeddedOrganization
    api_url: str  # absolute, as the caller wrote it, ends in /
    method: str
    path: str  # below api_url, decoded
    query: tuple[tuple[str, str], ...] = ()
    headers: CaseInsensitiveMapping[str] = field(default_factory=lambda: CaseInsensitiveMapping({}))
    body: bytes = b""
    shared: Shared = field(default_factory=Shared)
    in_change_set: bool = False

    @property
    def caller(self) -> Caller:
        """The user in whose name this is asked.

        Raises:
            DataverseError: 403 and 404, see :func:`caller_find`.
        """
        named = self.headers.get("MSCRMCallerID", "").strip(), self.headers.get("CallerObjectId", "").strip()
        if named not in self.shared.callers:
            self.shared.callers[named] = caller_find(self.tenant, *named)
        return self.shared.callers[named]

    def table_of_set(self, entity_set: str) -> Table:
        """The table with this entity set name.

        Raises:
            DataverseError: 404, there is none (yet).
        """
        table = TABLES_BY_SET.get(entity_set)
        if table is None or not self.has(table):
            raise segment_missing(entity_set)
        return table

    def has(self, table: Table) -> bool:
        """Whether the table is there: a portal table only once a solution that brings it is installed."""
        return table.kind is not Kind.PORTAL or table.name in self.portal_tables

    @property
    def portal_tables(self) -> frozenset[str]:
        if self.shared.portal_tables is None:
            components = rows_in(self.tenant, "solutioncomponent").filter(componenttype=ENTITY)
            self.shared.portal_tables = frozenset(components.values_list("schemaname", flat=True))
        return self.shared.portal_tables

    @property
    def tables(self) -> list[Table]:
        return [table for table in TABLES.values() if self.has(table)]

    @cached_property
    def prefer(self) -> Prefer:
        return _prefer(self.headers.get("Prefer", ""))

    def json(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            DataverseError: 400, it is none; 415, it is said to be something else.
        """
        content_type = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if content_type not in ("", "application/json"):
            raise DataverseError(415, "0x80060888", f"The content type '{content_type[:100]}' is not supported.")
        try:
            found = json.loads(self.body or b"{}", parse_constant=_no_constant, object_pairs_hook=_each_once)
        except _Twice as twice:
            text = f"Multiple properties with the name '{twice}' were detected in the request body."
            raise bad_request(text, "0x80048d19") from twice
        except (ValueError, RecursionError) as wrong:
            raise bad_request("An error occurred while reading the request body as JSON.", "0x80048d19") from wrong
        if not isinstance(found, dict):
            raise bad_request("The request body is not a JSON object.", "0x80048d19")
        if "\\u0000" in self.body.decode("utf-8", "replace"):
            raise bad_request("The request body holds a character that cannot be stored (U+0000).", "0x80048d19")
        if b"\\ud" in self.body.lower() and not _can_be_stored(found):
            raise bad_request("The request body holds half of a surrogate pair, which is no character.", "0x80048d19")
        return found


@dataclass(frozen=True)
class Reply:
    """What is answered: a JSON object, other content, or nothing."""

    status: int = 200
    json: Mapping[str, Any] | None = None
    content: bytes = b""
    content_type: str = "application/json; odata.metadata=minimal"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        return self.content if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()


def _can_be_stored(found: object) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class _Twice(Exception):
    """The name that an object has twice, of which one would be lost."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1)[:100])
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _prefer(header: str) -> Prefer:
    told: dict[str, str] = {}
    for part in _parts(header):
        name, _, value = part.partition("=")
        told[name.strip().lower()] = value.strip().strip('"')
    return Prefer(
        annotations=told.get("odata.include-annotations", ""),
        page_size=_page_size(told.get("odata.maxpagesize", "")),
        has_page_size="odata.maxpagesize" in told,
        returns_row=told.get("return") == "representation",
        tracks_changes="odata.track-changes" in told,
        continues_on_error="odata.continue-on-error" in told,
    )


def _covers(pattern: str, annotation: str) -> bool:
    return pattern == annotation or (pattern.endswith("*") and annotation.startswith(pattern[:-1]))


def _parts(header: str) -> list[str]:
    """Splits at commas outside quotes."""
    parts, quoted = [""], False
    for letter in header:
        quoted ^= letter == '"'
        if letter in ",;" and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _page_size(text: str) -> int:
    if not text:
        return LARGEST_PAGE
    if not text.isdecimal() or int(text) == 0:
        raise bad_request(f"The value '{text}' of odata.maxpagesize is not a positive whole number.")
    return min(int(text), LARGEST_PAGE)
