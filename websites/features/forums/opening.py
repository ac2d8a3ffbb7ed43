"""What the page of forums shows: all of them, one forum, one thread."""

from __future__ import annotations

from collections.abc import Mapping

from websites.features.forums import rights
from websites.features.forums.drops import forum_drop, post_drop, thread_fields
from websites.features.forums.files import document_of, files_of
from websites.features.forums.places import anchor_of, forum_path, place_of, thread_path
from websites.features.forums.reading import POST_ID, THREAD_ID, id_of, posts_page, thread_here, threads_page
from websites.features.forums.reports import reports_open
from websites.features.forums.shown import writing_drop
from websites.features.forums.subscribing import is_subscribed
from websites.features.once import once_of
from websites.features.registry import Opened
from websites.features.templates import page_template
from websites.live_pages import Row
from websites.objects.paging import paging_drop
from websites.objects.scene import Heading, Scene
from websites.paging import Paging
from websites.site.community_values import Forum
from websites.site.writing import excerpt_of, writing_text
from websites.templating.drop import Drop, fields_of
from websites.tracking import FORUM_THREAD_VIEWED, interaction


def forums_open(scene: Scene) -> Mapping[str, object] | Opened:
    """``reports`` for moderators, or ``forum``, or ``thread`` and ``writing``."""
    place = place_of(scene)
    if place.forum is None:
        reports = reports_open(scene) if rights.may_see_reports(scene) else None
        return Opened({"reports": reports}, is_live=reports is not None)
    if place.file_id:
        return Opened(document=document_of(scene, thread_here(scene), place.file_id))
    return _thread(scene, place.forum) if place.thread_id else _forum(scene, place.forum)


def _forum(scene: Scene, forum: Forum) -> Opened:
    paging = threads_page(scene, forum)
    drop = forum_drop(
        scene,
        forum,
        threads=lambda: [Drop(thread_fields(scene, forum, row)) for row in paging.items],
        paging=lambda: paging_drop(paging),
        filter=lambda: scene.visit.params.get("show", ""),
        may_start=lambda: rights.may_start(scene),
        types=lambda: _types(scene),
        once=lambda: once_of(scene),
    )
    return Opened(
        {"forum": drop, "writing": writing_drop(scene)},
        Heading(forum.name, forum.description),
        page_template(scene, forum.template_id, "Forum"),
    )


def _types(scene: Scene) -> list[Drop]:
    return [
        Drop(fields_of({"id": type_.id, "name": type_.name, "is_default": type_.is_default}))
        for type_ in scene.loaded.site.thread_types.values()
    ]


def _thread(scene: Scene, forum: Forum) -> Opened:
    thread = thread_here(scene)
    paging = posts_page(scene, forum, thread)
    title = str(thread.get("adx_name") or "")
    interaction(scene, FORUM_THREAD_VIEWED, id=id_of(thread, THREAD_ID), text=title)
    return Opened(
        {"thread": _thread_drop(scene, forum, thread, paging), "writing": writing_drop(scene, thread)},
        Heading(title, _summary(thread, paging), ((forum.name, forum_path(scene, forum)),)),
        page_template(scene, forum.thread_template_id, "Forum Thread"),
    )


def _thread_drop(scene: Scene, forum: Forum, thread: Row, paging: Paging[Row]) -> Drop:
    here = thread_path(scene, forum, id_of(thread, THREAD_ID)) + (f"?page={paging.number}" if paging.number > 1 else "")
    subscribed, files = is_subscribed(scene, thread), files_of(scene, thread, paging.items)
    answers = [id_of(post, POST_ID) for post in paging.items if post.get("adx_isanswer")]
    return Drop(
        {
            **thread_fields(scene, forum, thread),
            "forum": lambda: forum_drop(scene, forum),
            "posts": lambda: [
                post_drop(scene, thread, post, here, files.get(id_of(post, POST_ID), [])) for post in paging.items
            ],
            "paging": lambda: paging_drop(paging),
            "answer_url": lambda: f"#{anchor_of(answers[0])}" if answers else "",
            "may_reply": lambda: rights.may_reply(scene, thread),
            "may_moderate": lambda: rights.may_moderate(scene, thread),
            "may_subscribe": lambda: not subscribed and rights.may_subscribe(scene),
            "is_subscribed": lambda: subscribed,
        }
    )


def _summary(thread: Row, paging: Paging[Row]) -> str:
    """The beginning of the first post, for search engines."""
    first = paging.items[0] if paging.items and paging.number == 1 else None
    return excerpt_of(writing_text(str(first.get("adx_content") or "")), 160) if first else ""
