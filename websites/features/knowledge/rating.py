"""One to five stars: one rating for each contact, which they may change. The organization sums them up."""

from __future__ import annotations

import uuid

from core.errors import Unavailable
from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features.comments import ENTITY_SET, TABLE, Subject, feedback_values
from websites.features.once import KEYS
from websites.features.registry import ActionCall
from websites.objects.people import sign_in_url
from websites.objects.scene import Scene
from websites.quotas.values import Quota
from websites.site.values import Article
from websites.templating.drop import Drop

MOST = 5
QUOTA = Quota("rate", 60, "Knowledge/Ratings per Hour")


def rating_drop(scene: Scene, article: Article, subject: Subject) -> Drop:
    """``rating``: ``average`` (one decimal, nil without any), ``count``, ``own``, ``may_rate`` … for a template."""
    is_on = scene.settings.get("Knowledge/Ratings", "true").strip().lower() != "false"
    return Drop(
        {
            "is_shown": lambda: is_on and (article.rating_count > 0 or _may_rate(scene) or scene.visit.visitor is None),
            "average": lambda: round(article.rating, 1) if article.rating_count else None,
            "count": lambda: article.rating_count,
            "longest": lambda: MOST,
            "stars": lambda: list(range(1, MOST + 1)),
            "own": lambda: _own(scene, subject),
            "may_rate": lambda: is_on and _may_rate(scene),
            "sign_in_url": lambda: sign_in_url(scene) if scene.visit.visitor is None else "",
        }
    )


def rating_give(call: ActionCall, subject: Subject) -> None:
    """Write the form's ``rating`` over the visitor's earlier one.

    Raises:
        PageDenied: not this visitor, or nobody here.
        FormRefused: that is no number of stars.
    """
    scene = call.scene
    if not _may_rate(scene) or scene.settings.get("Knowledge/Ratings", "true").strip().lower() == "false":
        raise PageDenied("This visitor may not rate here.")
    stars = call.value("rating")
    if stars not in {str(number) for number in range(1, MOST + 1)}:
        raise FormRefused({"rating": scene.snippet("Form/Choice", "Please choose one of the list.")})
    values = {**feedback_values(scene, subject), "rating": int(stars), "minrating": 1, "maxrating": MOST}
    scene.rows.upsert(ENTITY_SET, _row_id(scene, subject), values)


def _row_id(scene: Scene, subject: Subject) -> uuid.UUID:
    """One row for each contact and subject, whichever portal of the organization it is rated at."""
    contact = scene.visit.visitor.contact_id.lower() if scene.visit.visitor else ""
    return uuid.uuid5(KEYS, f"rating\n{subject.table}\n{subject.id.lower()}\n{contact}")


def _own(scene: Scene, subject: Subject) -> int | None:
    """What the visitor gave just now: a page that is only read asks the organization nothing."""
    if not scene.visit.params.get("notice") or not _may_rate(scene):
        return None
    try:
        row = scene.rows.row(ENTITY_SET, _row_id(scene, subject), select=("rating",))
    except Unavailable:
        return None
    return int(row["rating"]) if row and row.get("rating") else None


def _may_rate(scene: Scene) -> bool:
    visitor = scene.visit.visitor
    if visitor is None:
        return False
    return scene.access.may(TABLE, Right.CREATE, {"_createdbycontact_value": visitor.contact_id})
