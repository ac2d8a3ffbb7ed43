"""The rows of blogs, their posts and the posts' tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

from solutions.content.errors import BadContent
from solutions.content.keys import SETS, Keys
from solutions.content.people_rows import person
from solutions.content.samples_reader import BlogPost, Blogs
from solutions.content.values import ContentLink, ContentRow, Texts

INHERIT, OPEN_TO_AUTHENTICATED = 756150000, 756150003  # adx_commentpolicy


def blog_rows(keys: Keys, blogs: Blogs, texts: Texts) -> Iterator[ContentRow]:
    """Tags, blogs, posts.

    Raises:
        BadContent: the language has no words for one of them.
    """
    if not blogs.blogs:
        return
    words = texts.samples.get("blogs", {})
    for tag in blogs.tags:
        yield keys.row("adx_tag", (tag,), {"adx_name": _word(words, "tags", tag)})
    for blog in blogs.blogs:
        yield keys.row("adx_blog", (blog.key,), _blog(keys, blog.key, blog.order, words))
    for post in blogs.posts:
        row_id = keys.id("adx_blogpost", post.key)
        yield ContentRow(SETS["adx_blogpost"], "adx_blogpost", row_id, _post(keys, post, words))


def tag_links(keys: Keys, blogs: Blogs) -> Iterator[ContentLink]:
    """Which post is about what."""
    for post in blogs.posts:
        for tag in post.tags:
            row_id, tag_id = keys.id("adx_blogpost", post.key), keys.id("adx_tag", tag)
            yield ContentLink(SETS["adx_blogpost"], row_id, "adx_blogpost_tag", SETS["adx_tag"], tag_id)


def _blog(keys: Keys, key: str, order: int, words: dict[str, Any]) -> dict[str, Any]:
    text = _word(words, "blogs", key)
    return {
        "adx_name": text["name"],
        "adx_summary": text["summary"],
        "adx_partialurl": key,
        "adx_displayorder": order,
        "adx_commentpolicy": OPEN_TO_AUTHENTICATED,
        "adx_parentpageid@odata.bind": keys.to("adx_webpage", "blog"),
        "adx_bloghomepagetemplateid@odata.bind": keys.to("adx_pagetemplate", "Blog"),
        "adx_blogarchivepagetemplateid@odata.bind": keys.to("adx_pagetemplate", "Blog Archive"),
        "adx_blogpostpagetemplateid@odata.bind": keys.to("adx_pagetemplate", "Blog Post"),
        "adx_websitelanguageid@odata.bind": keys.language,
    }


def _post(keys: Keys, post: BlogPost, words: dict[str, Any]) -> dict[str, Any]:
    text = _word(words, "posts", post.key)
    return {
        "adx_name": text["title"],
        "adx_summary": text["summary"],
        "adx_copy": MarkdownIt("commonmark", {"html": False}).enable("table").render(text["copy"].strip()),
        "adx_partialurl": post.key,
        "adx_date": post.date,
        "adx_published": True,
        "adx_commentpolicy": INHERIT,
        "adx_blogid@odata.bind": keys.to("adx_blog", post.blog),
        "adx_authorid@odata.bind": person(post.author),
    }


def _word(words: dict[str, Any], kind: str, key: str) -> Any:
    found = words.get(kind, {}).get(key)
    if not found:
        raise BadContent(f"texts/blogs.toml: samples.blogs.{kind}.{key} has no words.")
    return found
