"""What a visitor does with a case: reply, close it, open it again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from websites.access import Right
from websites.errors import FormRefused, PageDenied, PageMissing
from websites.features.cases.attaching import attach, note_values, upload_read
from websites.features.cases.reading import COMMENTS, INCOMING, REPLY_BY, case_of
from websites.features.cases.values import (
    CASES,
    IN_PROGRESS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    OPEN,
    case_url,
    is_open,
)
from websites.features.once import row_id_of
from websites.features.registry import ActionCall, ActionDone
from websites.objects.scene import Scene

COMPLETED, COMPLETED_REASON = 1, 2  # statecode, statuscode of a portal comment


def reply(call: ActionCall) -> ActionDone:
    """A text, a file, or both.

    Raises:
        FormRefused: neither, too long, or the case is closed.
        PageDenied
    """
    case = _case(call, is_wanted_open=True)
    parent = {COMMENTS_PARENT: case}
    if not call.scene.access.may(COMMENTS.name, Right.CREATE, parent):
        raise PageDenied("This visitor may not write on the case.")
    upload = upload_read(call)
    text = _text(call, is_required=upload is None)
    case_id = uuid.UUID(str(case[CASES.id]))
    if text:
        call.scene.rows.upsert(
            COMMENTS.entity_set, row_id_of(call, f"reply:{case_id}"), _comment(call.scene, case, text)
        )
    if upload:
        attach(call, case_id, upload)
    return ActionDone(_url(call, case), "case-replied", anchor="timeline")


def close(call: ActionCall) -> ActionDone:
    """It is solved; what solved it may be said."""
    case = _case(call, is_wanted_open=True, right=Right.WRITE)
    text = _text(call, is_required=False)
    values = {"adx_resolution": text, "adx_resolutiondate": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    told = _move(call, case, values, "Case/Closed Note", "Closed the case.", text)
    # The last of it: while the case is open, a form that was broken off can be sent again.
    call.scene.rows.close_case(uuid.UUID(str(case[CASES.id])), subject=told[:LONGEST_TITLE])
    return ActionDone(_url(call, case), "case-closed")


def reopen(call: ActionCall) -> ActionDone:
    """It is not solved after all: what is still missing must be said."""
    case = _case(call, is_wanted_open=False, right=Right.WRITE)
    text = _text(call, is_required=True)
    values = {"statecode": OPEN, "statuscode": IN_PROGRESS, "adx_resolution": None, "adx_resolutiondate": None}
    _move(call, case, values, "Case/Reopened Note", "Opened the case again.", text)
    return ActionDone(_url(call, case), "case-reopened")


COMMENTS_PARENT = "regardingobjectid_incident_adx_portalcomment"


def _case(call: ActionCall, *, is_wanted_open: bool, right: Right = Right.APPEND_TO) -> dict[str, Any]:
    """The case of the page, for which the visitor has the right.

    Raises:
        PageMissing: no such case for this visitor.
        FormRefused: somebody was quicker.
    """
    if "/" in call.scene.tail:
        raise PageMissing("There is no case at this address.")
    case = case_of(call.scene, call.scene.tail, right)
    if is_open(case) is not is_wanted_open:
        name, default = (
            ("Case/Is Closed", "This case is closed. Open it again to write on it.")
            if is_wanted_open
            else ("Case/Is Open", "This case is open already.")
        )
        raise FormRefused({"": call.scene.snippet(name, default)})
    return case


def _move(
    call: ActionCall, case: Mapping[str, Any], values: Mapping[str, Any], name: str, default: str, text: str
) -> str:
    """Change the case, and write down who did it and why, for both sides to read; returns these words."""
    case_id = uuid.UUID(str(case[CASES.id]))
    told = "\n\n".join(part for part in (call.scene.snippet(name, default), text) if part)
    call.scene.rows.upsert(CASES.entity_set, case_id, values)
    note_id = row_id_of(call, f"{call.value('_action')}:{case_id}")
    call.scene.rows.upsert("annotations", note_id, note_values(call.scene, case_id, told))
    return told


def _comment(scene: Scene, case: Mapping[str, Any], text: str) -> dict[str, Any]:
    visitor = scene.visit.visitor
    return {
        "subject": f"{REPLY_BY}{visitor.name if visitor else ''}"[:200],
        "description": text,
        "adx_portalcommentdirectioncode": INCOMING,
        f"{COMMENTS_PARENT}@odata.bind": f"/incidents({case[CASES.id]})",
        "statecode": COMPLETED,
        "statuscode": COMPLETED_REASON,
    }


def _text(call: ActionCall, *, is_required: bool) -> str:
    text = call.value("text")
    if is_required and not text:
        raise FormRefused({"text": call.scene.snippet("Form/Required", "Please fill in this field.")})
    if len(text) > LONGEST_TEXT:
        too_long = call.scene.snippet("Form/Too Long", "That is too long: at most {limit} characters.")
        raise FormRefused({"text": too_long.replace("{limit}", str(LONGEST_TEXT))})
    return text


def _url(call: ActionCall, case: Mapping[str, Any]) -> str:
    return case_url(call.scene, str(case.get("ticketnumber") or ""))
