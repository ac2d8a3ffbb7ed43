"""Where somebody is in a form of several steps: kept in the organization (adx_webformsession), to go on later.

Who is signed in finds the session by his or her contact; a stranger by the id in the address, which nobody can guess.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

from websites.objects.scene import Scene
from websites.site.form_values import WebForm

SET, ID = "adx_webformsessions", "adx_webformsessionid"
PARAM = "sessionid"
COLUMNS = (
    ID,
    "adx_stephistory",
    "_adx_webform_value",
    "_adx_contact_value",
    "_adx_currentwebformstep_value",
    "statecode",
)
MOST = 50  # steps


@dataclass(frozen=True)
class Visited:
    """A step that was sent, and the row it was about. ``is_own``: this session made the row."""

    step_id: str
    table: str
    row_id: str
    is_own: bool


@dataclass(frozen=True)
class FormSession:
    """``step_id``: the step that is shown now. ``is_kept``: the organization knows it already."""

    id: uuid.UUID
    step_id: str
    visited: tuple[Visited, ...] = ()
    is_kept: bool = False

    def row_of(self, step_id: str) -> Visited | None:
        """The row of the last time that the step was sent."""
        return next((one for one in reversed(self.visited) if one.step_id == step_id), None)

    def last_of(self, table: str) -> Visited | None:
        """The last row of the table."""
        return next((one for one in reversed(self.visited) if one.table == table), None)

    def sent(self, visited: Visited, next_id: str) -> FormSession:
        """The step was sent; what came after it before is forgotten."""
        before = []
        for one in self.visited:
            if one.step_id == visited.step_id:
                break
            before.append(one)
        return replace(self, step_id=next_id, visited=(*before, visited)[-MOST:])

    def back(self) -> FormSession:
        """To the step before; its row is remembered."""
        ids = [one.step_id for one in self.visited]
        at = ids.index(self.step_id) if self.step_id in ids else len(ids)
        return replace(self, step_id=ids[at - 1]) if at > 0 else self

    @property
    def may_go_back(self) -> bool:
        return bool(self.visited) and self.visited[0].step_id != self.step_id


def session_find(scene: Scene, form: WebForm) -> FormSession | None:
    """The session that goes on; None where there is none for this visitor."""
    if form.is_single:
        return None
    row = _row(scene, form)
    step_id = str((row or {}).get("_adx_currentwebformstep_value") or "").lower()
    if row is None or step_id not in form.steps:
        return None
    return FormSession(uuid.UUID(str(row[ID])), step_id, _visited(str(row.get("adx_stephistory") or ""), form), True)


def _row(scene: Scene, form: WebForm) -> dict[str, Any] | None:
    asked = scene.visit.params.get(PARAM, "")
    contact = scene.visit.visitor.contact_id if scene.visit.visitor else ""
    if asked:
        try:
            row = scene.rows.row(SET, uuid.UUID(asked), select=COLUMNS)
        except ValueError:
            return None
        return row if row is not None and _is_theirs(row, form, contact) else None
    if not contact or form.starts_anew:
        return None
    where = f"_adx_webform_value eq {form.id} and _adx_contact_value eq {contact} and statecode eq 0"
    return next(iter(scene.rows.rows(SET, select=COLUMNS, filter=where, orderby="modifiedon desc", top=1)), None)


def _is_theirs(row: dict[str, Any], form: WebForm, contact: str) -> bool:
    owner = str(row.get("_adx_contact_value") or "").lower()
    of_form = str(row.get("_adx_webform_value") or "").lower() == form.id
    return of_form and not row.get("statecode") and owner == contact.lower()


def session_keep(scene: Scene, form: WebForm, session: FormSession) -> None:
    """Write down where the visitor is."""
    primary = session.visited[0] if session.visited else None
    values: dict[str, Any] = {
        "adx_name": form.name[:100],
        "adx_webform@odata.bind": f"/adx_webforms({form.id})",
        "adx_currentwebformstep@odata.bind": f"/adx_webformsteps({session.step_id})",
        "adx_currentstepindex": len(session.visited),
        "adx_stephistory": json.dumps([_told(index, one) for index, one in enumerate(session.visited)]),
        "adx_primaryrecordid": primary.row_id if primary else None,
        "adx_primaryrecordentitylogicalname": primary.table if primary else None,
    }
    if scene.visit.visitor:
        values["adx_contact@odata.bind"] = f"/contacts({scene.visit.visitor.contact_id})"
    scene.rows.upsert(SET, session.id, values)


def session_close(scene: Scene, session: FormSession) -> None:
    """It is finished; the next visit begins anew."""
    if session.is_kept:
        scene.rows.update(SET, session.id, {"statecode": 1, "statuscode": 2})


def _told(index: int, one: Visited) -> dict[str, Any]:
    reference = {"ID": one.row_id, "LogicalName": one.table, "Created": one.is_own}
    return {"ID": one.step_id, "Index": index, "ReferenceEntity": reference}


def _visited(text: str, form: WebForm) -> tuple[Visited, ...]:
    """As it was written down; anything else counts as nothing."""
    try:
        found = json.loads(text or "[]")
        return tuple(
            Visited(
                str(one["ID"]).lower(),
                str(one["ReferenceEntity"]["LogicalName"]),
                str(uuid.UUID(one["ReferenceEntity"]["ID"])),
                bool(one["ReferenceEntity"].get("Created")),
            )
            for one in found[-MOST:]
            if str(one["ID"]).lower() in form.steps
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()
