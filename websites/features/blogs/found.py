"""Posts of blogs for the search: part of the site, so that nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from websites.features.blogs.places import BLOGS
from websites.search import Document
from websites.site.loaded import LoadedSite
from websites.site.values import Edition


def posts_found(loaded: LoadedSite, edition: Edition) -> Iterator[Document]:
    """Every published post; one of the future is found once it is out."""
    page = edition.markers.get(BLOGS)
    if page is None:
        return
    for blog in edition.community.blogs.values():
        for post in blog.posts.values():
            yield Document(
                kind="blog-post",
                key=post.id,
                title=post.title,
                summary=post.summary,
                keywords=" ".join(tag.name for tag in post.tags),
                body=post.text,
                url=f"{page.path}{quote(blog.slug, safe='')}/{quote(post.slug, safe='')}/",
                category=blog.name,
                modified_on=post.at,
                readers=page.readers,
                releases_at=post.at,
            )
