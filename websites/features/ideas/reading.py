"""Ideas as the organization has them now, narrowed to what this visitor may see."""

from __future__ import annotations

from dataclasses import dataclass

from websites.access import Right
from websites.errors import PageMissing
from websites.features.ideas.places import forum_path, place_of
from websites.features.ideas.values import Status
from websites.live_pages import Listed, Row, live_page
from websites.objects.scene import Scene
from websites.paging import Paging
from websites.site.community_values import IdeaForum

IDEA, IDEAS, IDEA_ID = "adx_idea", "adx_ideas", "adx_ideaid"
COLUMNS = (
    IDEA_ID,
    "adx_name",
    "adx_copy",
    "adx_partialurl",
    "adx_date",
    "adx_approved",
    "adx_authorname",
    "adx_commentpolicy",
    "adx_statuscomment",
    "adx_votesup",
    "adx_votesdown",
    "adx_votesum",
    "adx_voterstotalnumberof",
    "statecode",
    "statuscode",
    "_adx_authorid_value",
    "_adx_ideaforumid_value",
)
EXPAND = "adx_authorid($select=fullname)"
POPULAR, NEW = "popular", "new"
_ORDER = {POPULAR: "adx_votesum desc,adx_date desc", NEW: "adx_date desc"}


@dataclass(frozen=True)
class Asked:
    """How the visitor wants the list."""

    sort: str
    status: Status | None

    @classmethod
    def of(cls, scene: Scene) -> Asked:
        """What is none of the choices counts as not said."""
        named = {status.key: status for status in Status}
        sort = scene.visit.params.get("sort", "")
        return cls(sort if sort in _ORDER else POPULAR, named.get(scene.visit.params.get("status", "")))

    def params(self) -> dict[str, str]:
        sort = {"sort": self.sort} if self.sort != POPULAR else {}
        return {**sort, **({"status": self.status.key} if self.status else {})}


def ideas_page(scene: Scene, forum: IdeaForum, asked: Asked) -> Paging[Row]:
    """Ideas of a forum that this visitor may see."""
    path, params, allowed = forum_path(scene, forum), asked.params(), scene.access.filter(IDEA)
    if allowed is None:
        return Paging.made([], 1, total=0, per_page=1, path=path, params=params)
    terms = [f"_adx_ideaforumid_value eq {forum.id}", "statecode eq 0", *([allowed] if allowed else [])]
    if asked.status:
        terms.append(f"statuscode eq {asked.status.value}")
    if not may_manage(scene):
        terms.append(_approved(scene))
    listed = Listed(IDEAS, IDEA_ID, COLUMNS, " and ".join(terms), _ORDER[asked.sort], EXPAND)
    size = scene.settings.get("Ideas/Page Size", "10")
    return live_page(scene.rows, listed, asked=scene.visit.params.get("page", ""), size=size, path=path, params=params)


def _approved(scene: Scene) -> str:
    """What waits for approval is seen by its author."""
    visitor = scene.visit.visitor
    own = f" or _adx_authorid_value eq {visitor.contact_id}" if visitor else ""
    return f"(adx_approved eq true{own})"


def idea_here(scene: Scene) -> Row:
    """The idea that the address names. Raises :class:`PageMissing` for one that is not there for this visitor."""
    place = place_of(scene)
    if place.forum is None or not place.idea:
        raise PageMissing("There is no idea at this address.")
    return _first(scene, place.forum, f"adx_partialurl eq '{place.idea.replace(chr(39), chr(39) * 2)}'")


def idea_in(scene: Scene, forum: IdeaForum, idea_id: str) -> Row:
    """An idea of the forum by its id, which is a GUID. Raises :class:`PageMissing`."""
    return _first(scene, forum, f"{IDEA_ID} eq {idea_id}")


def _first(scene: Scene, forum: IdeaForum, wanted: str) -> Row:
    terms = f"_adx_ideaforumid_value eq {forum.id} and statecode eq 0 and {wanted}"
    row = next(scene.rows.rows(IDEAS, select=COLUMNS, filter=terms, expand=EXPAND, top=1), None)
    if row is None or not scene.access.may(IDEA, Right.READ, row) or not _is_seen(scene, row):
        raise PageMissing("There is no such idea.")
    return row


def _is_seen(scene: Scene, row: Row) -> bool:
    return bool(row.get("adx_approved")) or is_own(scene, row) or may_manage(scene)


def may_manage(scene: Scene) -> bool:
    """Whether the visitor decides on ideas."""
    return scene.visit.visitor is not None and scene.access.may(IDEA, Right.WRITE, {})


def is_own(scene: Scene, row: Row) -> bool:
    visitor = scene.visit.visitor
    return visitor is not None and id_of(row, "_adx_authorid_value") == visitor.contact_id.lower()


def status_of(row: Row) -> Status:
    """One that we do not know counts as new."""
    value = row.get("statuscode")
    return Status(value) if value in set(Status) else Status.NEW


def id_of(row: Row, column: str) -> str:
    return str(row.get(column) or "").lower()
