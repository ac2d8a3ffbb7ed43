"""Idea forums and ideas as templates see them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from websites.features.ideas.places import IDEAS, forum_path, idea_path
from websites.features.ideas.reading import IDEA_ID, NEW, POPULAR, Asked, id_of, status_of
from websites.features.ideas.submitting import TEXT, may_submit
from websites.features.ideas.values import Policy, Status
from websites.features.ideas.votes import Votes, is_up_or_down, is_votable, may_vote, next_rating
from websites.features.once import once_of
from websites.live_pages import Row
from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import Paging
from websites.site.community_values import IdeaForum
from websites.site.times import time_of
from websites.site.writing import excerpt_of, writing_html, writing_text
from websites.templating.drop import Drop, fields_of

SOMEBODY = "A former member"
EXCERPT = 240


def forums_drop(scene: Scene) -> list[Drop]:
    """``idea_forums`` of every page; none where the site has no page of ideas."""
    shown = scene.edition.community.idea_forums.values() if IDEAS in scene.edition.markers else ()
    return [
        Drop(fields_of({"name": forum.name, "summary": forum.summary, "url": forum_path(scene, forum)}))
        for forum in shown
    ]


def forum_drop(scene: Scene, forum: IdeaForum, asked: Asked, paging: Paging[Row], votes: Votes) -> Drop:
    """``idea_forum``: its ideas as they were asked for, and what the visitor can do."""
    path = forum_path(scene, forum)
    here = path + (f"?{query}" if (query := urlencode(asked.params())) else "")
    return Drop(
        {
            "name": lambda: forum.name,
            "summary": lambda: forum.summary,
            "url": lambda: path,
            "sort": lambda: asked.sort,
            "popular_url": lambda: _url(path, Asked(POPULAR, asked.status)),
            "new_url": lambda: _url(path, Asked(NEW, asked.status)),
            "statuses": lambda: _choices(scene, path, asked),
            "is_filtered": lambda: asked.status is not None,
            "ideas": lambda: [idea_drop(scene, forum, row, votes, vote_url=here) for row in paging.items],
            "paging": lambda: paging_drop(paging),
            "has_vote_limit": lambda: forum.votes_per_user is not None,
            "votes_left": lambda: votes.left(forum),
            "may_submit": lambda: may_submit(scene, forum),
            "is_closed": lambda: forum.submission_policy == Policy.CLOSED,
            "is_moderated": lambda: forum.submission_policy == Policy.MODERATED,
            "longest": lambda: TEXT,
            "once": lambda: once_of(scene),
        }
    )


def idea_drop(scene: Scene, forum: IdeaForum, row: Row, votes: Votes, *, vote_url: str = "", **more: Any) -> Drop:
    """An idea; ``more`` is made for its own page."""
    id_, status = id_of(row, IDEA_ID), status_of(row)
    url = idea_path(scene, forum, str(row.get("adx_partialurl") or ""))
    can = is_votable(forum, row) and may_vote(scene)
    text = str(row.get("adx_copy") or "")
    return Drop(
        {
            "id": lambda: id_,
            "title": lambda: str(row.get("adx_name") or ""),
            "url": lambda: url,
            "html": lambda: writing_html(text),
            "excerpt": lambda: excerpt_of(writing_text(text), EXCERPT),
            "author": lambda: author_of(scene, row),
            "at": lambda: time_of(row.get("adx_date")),
            "status": lambda: status.key,
            "status_name": lambda: status_name(scene, status),
            "is_decided": lambda: status is not Status.NEW,
            "is_pending": lambda: not row.get("adx_approved"),
            "answer": lambda: writing_html(str(row.get("adx_statuscomment") or "")),
            "answer_source": lambda: str(row.get("adx_statuscomment") or ""),
            "vote_sum": lambda: int(row.get("adx_votesum") or 0),
            "votes_up": lambda: int(row.get("adx_votesup") or 0),
            "votes_down": lambda: int(row.get("adx_votesdown") or 0),
            "voter_count": lambda: int(row.get("adx_voterstotalnumberof") or 0),
            "is_up_or_down": lambda: is_up_or_down(forum),
            "is_votable": lambda: is_votable(forum, row),
            "my_votes": lambda: votes.by_idea.get(id_, 0),
            "vote_url": lambda: vote_url or url,
            "may_vote_up": lambda: can and next_rating(forum, votes, id_, "up") is not None,
            "may_vote_down": lambda: can and next_rating(forum, votes, id_, "down") is not None,
            "may_take_back": lambda: can and next_rating(forum, votes, id_, "none") is not None,
            **more,
        }
    )


def statuses_drop(scene: Scene) -> list[Drop]:
    return [Drop(fields_of({"key": status.key, "name": status_name(scene, status)})) for status in Status]


def status_name(scene: Scene, status: Status) -> str:
    return scene.snippet(f"Ideas/Status {status.name.title()}", status.name.title())


def author_of(scene: Scene, row: Row) -> str:
    """The author's name, or what somebody called themselves; a word of the site where nothing is known."""
    name = (row.get("adx_authorid") or {}).get("fullname") or row.get("adx_authorname")
    return str(name or scene.snippet("Ideas/Somebody", SOMEBODY))


def _choices(scene: Scene, path: str, asked: Asked) -> list[Drop]:
    """All, and each status, as links."""
    all_ = fields_of(
        {
            "name": scene.snippet("Ideas/Status All", "All"),
            "url": _url(path, Asked(asked.sort, None)),
            "is_current": asked.status is None,
        }
    )
    return [
        Drop(all_),
        *(
            Drop(
                fields_of(
                    {
                        "name": status_name(scene, status),
                        "url": _url(path, Asked(asked.sort, status)),
                        "is_current": asked.status is status,
                    }
                )
            )
            for status in Status
        ),
    ]


def _url(path: str, asked: Asked) -> str:
    query = urlencode(asked.params())
    return f"{path}?{query}" if query else path
