"""One opportunity: its facts and timeline; edited, moved on, assigned, won, lost or returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features import ActionCall, ActionDone, Feature, Opened
from websites.features.once import once_of, row_id_of
from websites.features.partner.history import may_note, note_write, notes_drop
from websites.features.partner.opportunities import DETAILS
from websites.features.partner.tables import (
    CANCELED,
    CONTACT,
    DECLINED,
    DELIVERED,
    EXPIRED,
    IN_PROGRESS,
    LOST,
    NOTE,
    OPEN,
    OPPORTUNITY,
    PURCHASED,
    RETURNED,
    WON,
)
from websites.objects.scene import Heading, Scene
from websites.records import (
    Choice,
    Field,
    Kind,
    facts_drop,
    fields_drop,
    row_change,
    row_of,
    rows_of,
    typed_values,
)
from websites.records.reading import Row
from websites.records.shown import choice_label
from websites.templating.drop import Drop

CLOSED = "This opportunity is closed. It cannot be changed any more."
FACTS = (
    "customerid",
    "estimatedvalue",
    "estimatedclosedate",
    "salesstagecode",
    "statuscode",
    "msa_partneroppid",
    "adx_referencecode",
    "adx_delivereddate",
    "adx_accepteddate",
    "adx_wondate",
    "actualvalue",
    "adx_reasonforreturn",
    "description",
)
EDITED = OPPORTUNITY.fields_named(("name", "estimatedvalue", "estimatedclosedate", "description"))
PHASE = replace(OPPORTUNITY.by_name["salesstagecode"], is_required=True)
REASON = replace(OPPORTUNITY.by_name["adx_reasonforreturn"], is_required=True)
ACTUAL = replace(OPPORTUNITY.by_name["actualvalue"], is_required=True)
REMARK = Field("remark", Kind.LONG_TEXT, "Remark")
NOTED = NOTE.fields_named(("adx_description",))


def _open(scene: Scene) -> Opened:
    row = _row(scene)
    may_write = _may(scene, Right.WRITE, row) and _is_open(row)
    fields: dict[str, Callable[[], object]] = {
        "id": lambda: str(row[OPPORTUNITY.id]),
        "facts": lambda: [fact for fact in facts_drop(scene, OPPORTUNITY.fields_named(FACTS), row) if fact["text"]],
        "notes": lambda: notes_drop(scene, row),
        "forms": lambda: list(_forms(scene, row, may_write=may_write)),
        "once": lambda: once_of(scene),
        "is_open": lambda: _is_open(row),
    }
    return Opened({"opportunity": Drop(fields)}, Heading(str(row.get("name") or "")))


def _forms(scene: Scene, row: Row, *, may_write: bool) -> Iterable[Drop]:
    """What the visitor may do now, each a form of its own."""
    if may_note(scene, row):
        yield _form(scene, "note", "Add a note", fields_drop(scene, NOTED, action="note"), is_open=True)
    if not may_write:
        return
    yield _form(scene, "phase", "Move on", fields_drop(scene, (PHASE, REMARK), action="phase", row=row))
    yield _form(scene, "save", "Change the facts", fields_drop(scene, EDITED, action="save", row=row))
    if _may(scene, Right.APPEND, row):
        yield _form(scene, "assign", "Assign", fields_drop(scene, (_assignee(scene),), action="assign", row=row))
    yield _form(scene, "win", "Mark as won", fields_drop(scene, (ACTUAL, REMARK), action="win", row=_worth(row)))
    if row.get("adx_partnercreated"):
        yield _form(scene, "cancel", "Mark as lost", fields_drop(scene, (REMARK,), action="cancel"))
    else:
        yield _form(scene, "return", "Give it back", fields_drop(scene, (REASON, REMARK), action="return"))


def _form(scene: Scene, action: str, label: str, fields: list[Drop], *, is_open: bool = False) -> Drop:
    return Drop(
        {
            "action": lambda: action,
            "label": lambda: scene.snippet(f"Opportunity/{label}", label),
            "fields": lambda: fields,
            "is_open": lambda: is_open or scene.form.action == action,
        }
    )


def _worth(row: Row) -> Row:
    return {**row, "actualvalue": row.get("actualvalue") or row.get("estimatedvalue")}


def _assignee(scene: Scene) -> Field:
    """Colleagues: the contacts of the visitor's own company."""
    visitor = scene.visit.visitor
    where = f"_parentcustomerid_value eq {visitor.account_id} and statecode eq 0" if visitor else ""
    try:
        colleagues = rows_of(scene, CONTACT, where=where) if visitor and visitor.account_id else []
    except PageDenied:
        colleagues = []
    choices = [Choice(str(one[CONTACT.id]), str(one.get("fullname") or "")) for one in colleagues]
    return replace(OPPORTUNITY.by_name["msa_partneroppid"], is_required=True).offering(choices)


def _row(scene: Scene, right: Right = Right.READ) -> Row:
    """The one that the address names. A new one is answered in its list first."""
    return row_of(scene, OPPORTUNITY, scene.tail, where=f"statuscode ne {DELIVERED}", right=right)


def _may(scene: Scene, right: Right, row: Row) -> bool:
    return scene.access.may(OPPORTUNITY.name, right, row)


def _is_open(row: Row) -> bool:
    return row.get("statecode") == OPEN and row.get("statuscode") not in {DECLINED, EXPIRED}


def _open_row(call: ActionCall, right: Right = Right.WRITE) -> Row:
    row = _row(call.scene, right)
    if not _is_open(row):
        raise FormRefused({"": call.scene.snippet("Opportunity/Closed", CLOSED)})
    return row


def _done(call: ActionCall, row: Row, values: Mapping[str, Any], name: str, notice: str, text: str = "") -> ActionDone:
    """Write the change and its note."""
    row_change(call.scene, OPPORTUNITY, row, values)
    note_write(call.scene, row, name=name, text=text)
    return ActionDone(call.scene.path, notice)


def _note(call: ActionCall) -> ActionDone:
    scene = call.scene
    row = _row(scene)
    if not may_note(scene, row):
        raise PageDenied("You may not add a note.")
    typed = typed_values(call, NOTED)
    name = scene.snippet("Opportunity/Note", "Note")
    note_write(scene, row, name=name, text=str(typed["adx_description"]), id=row_id_of(call, "opportunity-note"))
    return ActionDone(scene.path, "opportunity-noted")


def _save(call: ActionCall) -> ActionDone:
    row = _open_row(call)
    name = call.scene.snippet("Opportunity/Changed", "Facts changed")
    return _done(call, row, typed_values(call, EDITED), name, "opportunity-saved")


def _phase(call: ActionCall) -> ActionDone:
    row = _open_row(call)
    typed = typed_values(call, (PHASE, REMARK))
    chosen = next(choice for choice in PHASE.choices if choice.value == str(typed["salesstagecode"]))
    name = choice_label(call.scene, PHASE, chosen)
    values = {"salesstagecode": typed["salesstagecode"], "statuscode": IN_PROGRESS, "stepname": name}
    values["adx_feedbackyet"] = True
    return _done(call, row, values, name, "opportunity-moved", str(typed["remark"] or ""))


def _assign(call: ActionCall) -> ActionDone:
    scene = call.scene
    row = _open_row(call)
    if not _may(scene, Right.APPEND, row):
        raise PageDenied("You may not hand this to somebody else.")
    field = _assignee(scene)
    typed = typed_values(call, (field,))
    chosen = next(choice.label for choice in field.choices if choice.value == call.value(field.name))
    name = scene.snippet("Opportunity/Assigned", "Assigned to {name}").replace("{name}", chosen)
    return _done(call, row, typed, name, "opportunity-assigned")


def _win(call: ActionCall) -> ActionDone:
    row = _open_row(call)
    typed = typed_values(call, (ACTUAL, REMARK))
    today, name = _today(), call.scene.snippet("Choice/Won", "Won")
    values = {"statecode": WON, "statuscode": PURCHASED, "actualvalue": typed["actualvalue"], "closeprobability": 100}
    values |= {"adx_wondate": today, "actualclosedate": today, "adx_feedbackyet": True, "stepname": name}
    return _done(call, row, values, name, "opportunity-won", str(typed["remark"] or ""))


def _cancel(call: ActionCall) -> ActionDone:
    row = _open_row(call)
    if not row.get("adx_partnercreated"):
        raise PageDenied("Only what the partner registered is marked as lost; others are given back.")
    typed = typed_values(call, (REMARK,))
    name = call.scene.snippet("Choice/Canceled", "Canceled")
    values = {"statecode": LOST, "statuscode": CANCELED, "actualclosedate": _today(), "closeprobability": 0}
    return _done(call, row, {**values, "stepname": name}, name, "opportunity-lost", str(typed["remark"] or ""))


def _return(call: ActionCall) -> ActionDone:
    row = _open_row(call)
    if row.get("adx_partnercreated"):
        raise PageDenied("What the partner registered itself cannot be given back.")
    typed = typed_values(call, (REASON, REMARK))
    chosen = next(choice for choice in REASON.choices if choice.value == str(typed["adx_reasonforreturn"]))
    reason, name = choice_label(call.scene, REASON, chosen), call.scene.snippet("Choice/Returned", "Returned")
    values = {"statecode": LOST, "statuscode": RETURNED, "closeprobability": 0, "stepname": name}
    values["adx_reasonforreturn"] = typed["adx_reasonforreturn"]
    text = "\n".join(filter(None, (reason, str(typed["remark"] or ""))))
    return _done(call, row, values, name, "opportunity-returned", text)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


FEATURE = Feature(
    DETAILS,
    _open,
    actions={
        "note": _note,
        "save": _save,
        "phase": _phase,
        "assign": _assign,
        "win": _win,
        "cancel": _cancel,
        "return": _return,
    },
    takes_tail=True,
    needs_sign_in=True,
)
