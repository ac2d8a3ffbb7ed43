"""What the page of ideas shows: the idea forums, one of them, one idea."""

from __future__ import annotations

from collections.abc import Mapping

from websites.features.comments import CommentPolicy, Subject, comment_add, comments_drop
from websites.features.ideas.drops import forum_drop, idea_drop, statuses_drop
from websites.features.ideas.places import forum_here, forum_path, idea_path, place_of
from websites.features.ideas.reading import IDEA_ID, Asked, id_of, idea_here, ideas_page, may_manage
from websites.features.ideas.values import COMMENT_POLICIES, Policy
from websites.features.ideas.votes import votes_of
from websites.features.registry import ActionCall, ActionDone, Opened
from websites.features.templates import page_template
from websites.live_pages import Row
from websites.objects.scene import Heading, Scene
from websites.site.community_values import IdeaForum
from websites.site.writing import excerpt_of, writing_text


def ideas_open(scene: Scene) -> Mapping[str, object] | Opened:
    """Nothing of its own, or ``idea_forum``, or ``idea`` and ``comments``."""
    place = place_of(scene)
    if place.forum is None:
        return Opened(is_live=False)
    return _idea(scene, place.forum) if place.idea else _forum(scene, place.forum)


def comment(call: ActionCall) -> ActionDone:
    """The form below an idea's comments."""
    idea, forum = idea_here(call.scene), forum_here(call.scene)
    is_shown = comment_add(call, _subject(idea), policy=_policy(forum, idea))
    notice = "comment-added" if is_shown else "comment-waiting"
    path = idea_path(call.scene, forum, str(idea.get("adx_partialurl") or ""))
    return ActionDone(path, notice, anchor="comments")


def _forum(scene: Scene, forum: IdeaForum) -> Opened:
    asked = Asked.of(scene)
    drop = forum_drop(scene, forum, asked, ideas_page(scene, forum, asked), votes_of(scene, forum))
    template = page_template(scene, "", "Ideas")
    return Opened({"idea_forum": drop}, Heading(forum.name, forum.summary) if scene.tail else None, template)


def _idea(scene: Scene, forum: IdeaForum) -> Opened:
    row = idea_here(scene)
    manages = may_manage(scene)
    drop = idea_drop(
        scene,
        forum,
        row,
        votes_of(scene, forum),
        may_manage=lambda: manages,
        statuses=lambda: statuses_drop(scene),
    )
    summary = excerpt_of(writing_text(str(row.get("adx_copy") or "")), 160)
    heading = Heading(str(row.get("adx_name") or ""), summary, ((forum.name, forum_path(scene, forum)),))
    comments = comments_drop(scene, _subject(row), policy=_policy(forum, row))
    return Opened({"idea": drop, "comments": comments}, heading, page_template(scene, "", "Idea"))


def _subject(row: Row) -> Subject:
    return Subject("adx_idea", "adx_ideas", id_of(row, IDEA_ID))


def _policy(forum: IdeaForum, row: Row) -> CommentPolicy:
    """The idea's own, else its forum's; nobody comments where neither says that they may."""
    for value in (row.get("adx_commentpolicy"), forum.comment_policy):
        if value in set(Policy) and value != Policy.INHERIT:
            return COMMENT_POLICIES[Policy(value)]
    return CommentPolicy.CLOSED
