"""Submitting an idea."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features.ideas.places import forum_here, forum_path, idea_path
from websites.features.ideas.reading import IDEA, IDEA_ID, IDEAS
from websites.features.ideas.values import Policy, Status
from websites.features.once import row_id_of
from websites.features.registry import ActionCall, ActionDone
from websites.objects.scene import Scene
from websites.site.community_values import IdeaForum
from websites.site.writing import excerpt_of, writing_text

TITLE, TEXT, SUMMARY = 150, 10_000, 300  # characters
SLUG = 80
REQUIRED, TOO_LONG = "Please fill in this field.", "That is too long: at most {limit} characters."
_OPEN = {Policy.OPEN, Policy.OPEN_TO_AUTHENTICATED, Policy.MODERATED}


def may_submit(scene: Scene, forum: IdeaForum) -> bool:
    visitor = scene.visit.visitor
    own = {"_adx_authorid_value": visitor.contact_id} if visitor else {}
    return visitor is not None and forum.submission_policy in _OPEN and scene.access.may(IDEA, Right.CREATE, own)


def submit(call: ActionCall) -> ActionDone:
    """An idea of the visitor's; sent twice it is one. In a moderated forum it waits for approval."""
    scene, forum, visitor = call.scene, forum_here(call.scene), call.scene.visit.visitor
    if visitor is None or not may_submit(scene, forum):
        raise PageDenied("This visitor may not submit ideas here.")
    title, text = _checked(call, {"title": TITLE, "text": TEXT})
    row_id = row_id_of(call, f"idea:{forum.id}")
    is_approved = forum.submission_policy != Policy.MODERATED
    slug = f"{slug_of(title)}-{str(row_id)[:8]}"
    if scene.rows.row(IDEAS, row_id, select=(IDEA_ID,)) is None:
        values = {
            "adx_name": title,
            "adx_copy": text,
            "adx_summary": excerpt_of(writing_text(text), SUMMARY),
            "adx_partialurl": slug,
            "adx_date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "adx_approved": is_approved,
            "adx_commentpolicy": int(Policy.INHERIT),
            "statecode": 0,
            "statuscode": int(Status.NEW),
            **dict.fromkeys(("adx_votesup", "adx_votesdown", "adx_votesum", "adx_votestotalnumberof"), 0),
            "adx_voterstotalnumberof": 0,
            "adx_ideaforumid@odata.bind": f"/adx_ideaforums({forum.id})",
            "adx_authorid@odata.bind": f"/contacts({visitor.contact_id})",
        }
        scene.rows.upsert(IDEAS, row_id, values)
    if not is_approved:
        return ActionDone(forum_path(scene, forum), "idea-waiting")
    return ActionDone(idea_path(scene, forum, slug), "idea-submitted")


def slug_of(title: str) -> str:
    """A part of an address that says something; "idea" where no letter of it can stand in one."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG].strip("-") or "idea"


def _checked(call: ActionCall, longest: dict[str, int]) -> list[str]:
    """The fields' values. Raises :class:`FormRefused` with what is wrong, by field."""
    problems = {}
    for name, limit in longest.items():
        if not call.value(name):
            problems[name] = call.scene.snippet("Form/Required", REQUIRED)
        elif len(call.value(name)) > limit:
            problems[name] = call.scene.snippet("Form/Too Long", TOO_LONG).replace("{limit}", str(limit))
    if problems:
        raise FormRefused(problems)
    return [call.value(name) for name in longest]
