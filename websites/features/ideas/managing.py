"""What idea managers do: approve an idea, say what becomes of it."""

from __future__ import annotations

import uuid

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features.ideas.places import forum_here, idea_path
from websites.features.ideas.reading import IDEA, IDEA_ID, IDEAS, id_of, idea_here
from websites.features.ideas.values import Status
from websites.features.registry import ActionCall, ActionDone
from websites.live_pages import Row

ANSWER = 5_000  # characters


def approve(call: ActionCall) -> ActionDone:
    """Show the idea to everybody."""
    idea = _managed(call)
    call.scene.rows.upsert(IDEAS, uuid.UUID(id_of(idea, IDEA_ID)), {"adx_approved": True})
    return _done(call, idea, "idea-approved")


def decide(call: ActionCall) -> ActionDone:
    """Another status, and why."""
    idea, visitor = _managed(call), call.scene.visit.visitor
    named = {status.key: status for status in Status}
    status, answer = named.get(call.value("status")), call.value("answer")
    if status is None or visitor is None:
        raise FormRefused({"status": call.scene.snippet("Form/Choice", "Please choose one of the list.")})
    values = {
        "statecode": 0,
        "statuscode": int(status),
        "adx_statuscomment": answer[:ANSWER],
        "adx_statusauthorid@odata.bind": f"/contacts({visitor.contact_id})",
    }
    call.scene.rows.upsert(IDEAS, uuid.UUID(id_of(idea, IDEA_ID)), values)
    return _done(call, idea, "idea-decided")


def _managed(call: ActionCall) -> Row:
    idea = idea_here(call.scene)
    if call.scene.visit.visitor is None or not call.scene.access.may(IDEA, Right.WRITE, idea):
        raise PageDenied("This visitor may not decide on ideas.")
    return idea


def _done(call: ActionCall, idea: Row, notice: str) -> ActionDone:
    path = idea_path(call.scene, forum_here(call.scene), str(idea.get("adx_partialurl") or ""))
    return ActionDone(path, notice)
