"""The rows of forums, their threads and posts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solutions.content.errors import BadContent
from solutions.content.keys import SETS, Keys
from solutions.content.people_rows import person
from solutions.content.samples_reader import Forums, Thread
from solutions.content.values import ContentLink, ContentRow, Texts

TYPES = ("question", "discussion")
LONGEST_NAME = 100  # characters, as the tables have them


def forum_rows(keys: Keys, forums: Forums, texts: Texts) -> Iterator[ContentRow]:
    """Types of threads, forums, threads, posts; the counts are those of the rows.

    Raises:
        BadContent: the language has no words for one of them, or not for each post.
    """
    if not forums.boards:
        return
    words = texts.samples.get("forums", {})
    for order, key in enumerate(TYPES, start=1):
        yield keys.row("adx_forumthreadtype", (key,), _type(key, order, words))
    for board in forums.boards:
        threads = [thread for thread in forums.threads if thread.board == board.key]
        yield keys.row("adx_communityforum", (board.key,), _board(keys, board.key, board.order, threads, words))
    for thread in forums.threads:
        yield _row("adx_communityforumthread", keys, (thread.key,), _thread(keys, thread, words))
    for thread in forums.threads:
        for number, values in enumerate(_posts(keys, thread, words)):
            yield _row("adx_communityforumpost", keys, (thread.key, str(number)), values)


def post_links(keys: Keys, forums: Forums) -> Iterator[ContentLink]:
    """First and last posts of threads, last posts of forums: a post is written after what it stands in."""
    for thread in forums.threads:
        last = str(len(thread.posts) - 1)
        yield _link(keys, thread, "0", "adx_communityforumthrea_firstpost", "adx_communityforumthread", thread.key)
        yield _link(
            keys, thread, last, "adx_communityforumpost_communityforumthread", "adx_communityforumthread", thread.key
        )
    for board in forums.boards:
        threads = [thread for thread in forums.threads if thread.board == board.key]
        if threads:
            newest = max(threads, key=lambda thread: thread.posts[-1].date)
            last = str(len(newest.posts) - 1)
            yield _link(keys, newest, last, "adx_communityforum_lastpost", "adx_communityforum", board.key)


def _type(key: str, order: int, words: dict[str, Any]) -> dict[str, Any]:
    return {
        "adx_name": _word(words, "types", key),
        "adx_displayorder": order,
        "adx_isdefault": order == 1,
        "adx_requiresanswer": key == "question",
        "adx_allowsvoting": False,
    }


def _board(keys: Keys, key: str, order: int, threads: list[Thread], words: dict[str, Any]) -> dict[str, Any]:
    text = _word(words, "boards", key)
    return {
        "adx_name": text["name"],
        "adx_description": text["description"],
        "adx_partialurl": key,
        "adx_displayorder": order,
        "adx_threadcount": len(threads),
        "adx_postcount": sum(len(thread.posts) for thread in threads),
        "adx_parentpageid@odata.bind": keys.to("adx_webpage", "forums"),
        "adx_forumpagetemplateid@odata.bind": keys.to("adx_pagetemplate", "Forum"),
        "adx_threadpagetemplateid@odata.bind": keys.to("adx_pagetemplate", "Forum Thread"),
        "adx_publishingstateid@odata.bind": keys.published,
        "adx_websitelanguageid@odata.bind": keys.language,
    }


def _thread(keys: Keys, thread: Thread, words: dict[str, Any]) -> dict[str, Any]:
    return {
        "adx_name": _word(words, "threads", thread.key)["title"][:LONGEST_NAME],
        "adx_sticky": thread.is_sticky,
        "adx_locked": False,
        "adx_isanswered": thread.is_answered,
        "adx_postcount": len(thread.posts),
        "adx_lastpostdate": thread.posts[-1].date,
        "adx_forumid@odata.bind": keys.to("adx_communityforum", thread.board),
        "adx_typeid@odata.bind": keys.to("adx_forumthreadtype", thread.type),
    }


def _posts(keys: Keys, thread: Thread, words: dict[str, Any]) -> Iterator[dict[str, Any]]:
    text = _word(words, "threads", thread.key)
    if len(text["posts"]) != len(thread.posts):
        raise BadContent(f"texts/forums.toml: the thread {thread.key!r} has {len(thread.posts)} posts.")
    for number, (post, content) in enumerate(zip(thread.posts, text["posts"], strict=True)):
        title = text["title"] if number == 0 else f"Re: {text['title']}"
        yield {
            "adx_name": title[:LONGEST_NAME],
            "adx_content": content.strip(),
            "adx_date": post.date,
            "adx_isanswer": post.is_answer,
            "adx_forumthreadid@odata.bind": keys.to("adx_communityforumthread", thread.key),
            "adx_authorid@odata.bind": person(post.author),
        }


def _word(words: dict[str, Any], kind: str, key: str) -> Any:
    found = words.get(kind, {}).get(key)
    if not found:
        raise BadContent(f"texts/forums.toml: samples.forums.{kind}.{key} has no words.")
    return found


def _row(table: str, keys: Keys, key: tuple[str, ...], values: dict[str, Any]) -> ContentRow:
    """A row of the website's own that leads to it by another one."""
    return ContentRow(SETS[table], table, keys.id(table, *key), values)


def _link(keys: Keys, thread: Thread, number: str, navigation: str, table: str, key: str) -> ContentLink:
    post = keys.id("adx_communityforumpost", thread.key, number)
    return ContentLink(SETS["adx_communityforumpost"], post, navigation, SETS[table], keys.id(table, key))
