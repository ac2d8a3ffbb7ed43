"""The Atom feed of a blog, or of all blogs (RFC 4287)."""

from __future__ import annotations

from typing import Any

from django.utils.feedgenerator import Atom1Feed

from websites.features.blogs.places import FEED, blogs_path, post_path, posts_out
from websites.features.registry import Document
from websites.objects.scene import Scene
from websites.site.community_values import Blog

ENTRIES = 20


class WholeFeed(Atom1Feed):
    """With each entry's text, not its summary alone."""

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def feed_of(scene: Scene, blog: Blog | None) -> Document:
    """The newest posts, whole, with absolute addresses."""
    origin, path = scene.visit.portal.origin, blogs_path(scene, blog)
    feed = WholeFeed(
        title=f"{blog.name if blog else scene.page.title} | {scene.loaded.site.name}",
        link=f"{origin}{path}",
        feed_url=f"{origin}{path}{FEED}/",
        description=blog.summary if blog else scene.page.summary,
        language=scene.edition.language.code,
    )
    for post in posts_out(scene, blog)[:ENTRIES]:
        feed.add_item(
            title=post.title,
            link=f"{origin}{post_path(scene, post)}",
            description=post.summary,
            content=str(post.content),
            author_name=post.author or scene.loaded.site.name,
            pubdate=post.at,
            updateddate=max(post.at, post.modified_on) if post.modified_on else post.at,
            unique_id=f"urn:uuid:{post.id}",
            categories=[tag.name for tag in post.tags],
        )
    return Document(feed.writeString("utf-8"), "application/atom+xml")
