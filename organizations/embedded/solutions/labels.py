"""The texts of tables and columns per language: each solution's layer, and on top what people changed.

An import stores a text only for languages that are activated, so a language that is activated later has none until the
solution is imported again (in the same version). What people change, by a translation file or by hand, is kept in the
unmanaged layer; an import never touches it unless it is told to overwrite it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from organizations.embedded.models import EmbeddedOrganization, Label

Kind = Label.Kind

LONGEST = 500  # letters in one text, as the platform allows


@dataclass(frozen=True)
class Text:
    """A text as people see it. ``is_managed``: a solution's; False: somebody changed it here."""

    text: str
    is_managed: bool


@dataclass(frozen=True)
class LabelText:
    """A text that a package or a translation file brings."""

    component: str  # "contact", or "contact.adx_identity_username"
    kind: str
    lcid: int
    text: str

    @property
    def key(self) -> tuple[str, str, int]:
        return self.component, self.kind, self.lcid


Texts = Mapping[str, Mapping[int, Text]]  # kind -> LCID -> text


def labels_of(organization: EmbeddedOrganization, component: str) -> Texts:
    """The texts of one component, by kind (``DisplayName``, ``DisplayCollectionName``, ``Description``) and LCID.

    Args:
        component: a table's logical name, or ``table.column``.
    """
    return labels_of_many(organization, [component]).get(component, {})


def labels_of_many(organization: EmbeddedOrganization, components: Collection[str]) -> Mapping[str, Texts]:
    """As :func:`labels_of` for many components with one query; a component without any text is left out."""
    return _seen(organization, _rows(organization).filter(component__in=components))


def labels_of_table(organization: EmbeddedOrganization, table: str) -> Mapping[str, Texts]:
    """The texts of a table and of all its columns, by component, with one query."""
    rows = _rows(organization)
    return _seen(organization, rows.filter(component=table) | rows.filter(component__startswith=f"{table}."))


def layer_write(
    organization: EmbeddedOrganization, solution_id: uuid.UUID | None, texts: Iterable[LabelText], *, is_whole: bool
) -> int:
    """Write texts into a layer, languages that are not activated left out, and say how many are new or changed.

    Args:
        solution_id: the layer; None is the unmanaged one.
        is_whole: texts of the layer that are not among ``texts`` go.
    """
    wanted = {text.key: text for text in texts if text.lcid in organization.languages and text.text}
    there = {(row.component, row.kind, row.lcid): row for row in _rows(organization).filter(solution_id=solution_id)}
    if is_whole:
        gone = [row.pk for key, row in there.items() if key not in wanted]
        Label.objects.filter(pk__in=gone).delete()
    new = [text for key, text in wanted.items() if key not in there]
    changed = [row for key, row in there.items() if key in wanted and wanted[key].text != row.text]
    for row in changed:
        row.text = wanted[row.component, row.kind, row.lcid].text
    Label.objects.bulk_update(changed, ["text"], batch_size=500)
    Label.objects.bulk_create([_row(organization, solution_id, text) for text in new], batch_size=1000)
    return len(new) + len(changed)


def layer_move(organization: EmbeddedOrganization, solution_id: uuid.UUID, to: uuid.UUID) -> None:
    """Replace the layer of the solution ``to`` by the one of ``solution_id``."""
    layer_delete(organization, to)
    _rows(organization).filter(solution_id=solution_id).update(solution_id=to)


def layer_delete(organization: EmbeddedOrganization, solution_id: uuid.UUID | None) -> None:
    """Take a whole layer away."""
    _rows(organization).filter(solution_id=solution_id).delete()


def customizations_delete(organization: EmbeddedOrganization, components: Collection[str]) -> None:
    """Drop what people changed of these components (OverwriteUnmanagedCustomizations)."""
    _rows(organization).filter(solution_id=None, component__in=components).delete()


def _rows(organization: EmbeddedOrganization) -> QuerySet[Label]:
    return Label.objects.filter(tenant=organization)


def _row(organization: EmbeddedOrganization, solution_id: uuid.UUID | None, text: LabelText) -> Label:
    return Label(
        tenant=organization,
        solution_id=solution_id,
        component=text.component,
        kind=text.kind,
        lcid=text.lcid,
        text=text.text,
    )


def _seen(organization: EmbeddedOrganization, rows: QuerySet[Label]) -> dict[str, dict[str, dict[int, Text]]]:
    """The topmost text of each: later layers hide earlier ones, and the unmanaged layer hides them all."""
    seen: dict[str, dict[str, dict[int, Text]]] = defaultdict(lambda: defaultdict(dict))
    active = rows.filter(lcid__in=organization.languages).order_by("pk")
    for row in sorted(active, key=lambda row: row.solution_id is None):
        seen[row.component][row.kind][row.lcid] = Text(row.text, row.solution_id is not None)
    return {component: dict(kinds) for component, kinds in seen.items()}
