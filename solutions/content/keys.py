"""Ids of starter content, chosen before anything is sent: the same thing has the same id in every attempt."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solutions.content.values import ContentRow

# Rows that all websites of an organization share (portal languages, articles, people) hang from this, not from one.
SHARED = uuid.UUID("2b1d2a7e-54f1-5a61-8a44-91e6c1d8a3c5")

SETS: Mapping[str, str] = {  # table -> entity set, in the order in which the tables can be written
    "adx_website": "adx_websites",
    "adx_publishingstate": "adx_publishingstates",
    "adx_portallanguage": "adx_portallanguages",
    "adx_websitelanguage": "adx_websitelanguages",
    "adx_webtemplate": "adx_webtemplates",
    "adx_pagetemplate": "adx_pagetemplates",
    "adx_webform": "adx_webforms",
    "adx_webformstep": "adx_webformsteps",
    "adx_webformmetadata": "adx_webformmetadatas",
    "adx_webpage": "adx_webpages",
    "adx_sitesetting": "adx_sitesettings",
    "adx_sitemarker": "adx_sitemarkers",
    "adx_contentsnippet": "adx_contentsnippets",
    "adx_weblinkset": "adx_weblinksets",
    "adx_weblink": "adx_weblinks",
    "adx_webrole": "adx_webroles",
    "adx_websiteaccess": "adx_websiteaccesses",
    "adx_entitypermission": "adx_entitypermissions",
    "knowledgearticle": "knowledgearticles",
    "contact": "contacts",
    "adx_forumthreadtype": "adx_forumthreadtypes",
    "adx_communityforum": "adx_communityforums",
    "adx_communityforumthread": "adx_communityforumthreads",
    "adx_communityforumpost": "adx_communityforumposts",
    "adx_tag": "adx_tags",
    "adx_blog": "adx_blogs",
    "adx_blogpost": "adx_blogposts",
    "adx_ideaforum": "adx_ideaforums",
    "adx_idea": "adx_ideas",
    "feedback": "feedback",
}


def content_id(owner: uuid.UUID, *key: str) -> uuid.UUID:
    """The id of the thing ``key`` of a website, or of :data:`SHARED`."""
    return uuid.uuid5(owner, "/".join(key))


def bind(table: str, row_id: uuid.UUID) -> str:
    """How a lookup names a row."""
    return f"/{SETS[table]}({row_id})"


@dataclass(frozen=True)
class Keys:
    """Ids, lookups and rows of one website in one language (LCID)."""

    website_id: uuid.UUID
    lcid: int

    def id(self, table: str, *key: str) -> uuid.UUID:
        """The id of a row of the website's own."""
        return content_id(self.website_id, table, *key)

    def to(self, table: str, *key: str) -> str:
        """A lookup of such a row."""
        return bind(table, self.id(table, *key))

    def row(self, table: str, key: tuple[str, ...], values: Mapping[str, Any]) -> ContentRow:
        """Such a row; the website is added."""
        return ContentRow(SETS[table], table, self.id(table, *key), {**self.in_website(), **values})

    def in_website(self) -> dict[str, str]:
        return {"adx_websiteid@odata.bind": bind("adx_website", self.website_id)}

    @property
    def language_id(self) -> uuid.UUID:
        """The website's language."""
        return self.id("adx_websitelanguage", str(self.lcid))

    @property
    def language(self) -> str:
        return bind("adx_websitelanguage", self.language_id)

    @property
    def published(self) -> str:
        """The state in which visitors see a thing."""
        return self.to("adx_publishingstate", "Published")
