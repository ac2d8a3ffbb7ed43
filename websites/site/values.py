"""The values a site consists of. Frozen: a change of the organization makes a new :class:`Site`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from liquid import Markup

from websites.access.values import EntityPermission, WebRole
from websites.site.community_values import NO_COMMUNITY, Community, ThreadType
from websites.site.form_values import WebForm
from websites.site.list_values import EntityList

RIGHT_TO_LEFT = {"ar", "he", "fa", "ur"}


@dataclass(frozen=True)
class Language:
    """A language of the site. ``id`` is the website language row's, empty where the site has none."""

    id: str
    lcid: int
    code: str  # culture code, "de-DE"
    name: str  # in the language itself, "Deutsch"
    is_default: bool
    portal_language_id: str = ""  # the organization's row of it, which contacts prefer

    @property
    def direction(self) -> str:
        return "rtl" if self.code.split("-")[0] in RIGHT_TO_LEFT else "ltr"

    @property
    def prefix(self) -> str:
        """Start of every path in this language: empty for the default language."""
        return "" if self.is_default else f"/{self.code}"


@dataclass(frozen=True)
class Page:
    """One page in one language: place in the tree from the root row, words from the content row."""

    id: str  # root page
    content_id: str
    name: str
    title: str
    path: str  # with the language's prefix, "/knowledgebase/"
    copy: str  # HTML with Liquid
    summary: str
    parent_id: str
    template_id: str  # page template
    display_order: int
    is_hidden_from_sitemap: bool
    is_excluded_from_search: bool
    readers: tuple[frozenset[str], ...]  # web roles by rule, here and above: a reader needs one of each
    releases_at: datetime | None
    expires_at: datetime | None
    modified_on: datetime | None
    file_readers: tuple[frozenset[str], ...] = ()  # the same for web files right beneath it
    is_draft: bool = False  # here or above; ``readers`` names who may preview it
    partial_url: str = ""
    description: str = ""  # for search engines
    image_url: str = ""
    form_id: str = ""  # of a web form or an entity form
    list_id: str = ""  # of an entity list

    @property
    def is_restricted(self) -> bool:
        """Whether an access control rule restricts reading, here or above."""
        return bool(self.readers)

    def may_be_read(self, role_ids: frozenset[str]) -> bool:
        """Whether somebody with these web roles may read it."""
        return all(not role_ids.isdisjoint(rule) for rule in self.readers)

    def is_out(self, now: datetime) -> bool:
        """True between release and expiration."""
        return not (self.releases_at and self.releases_at > now) and not (self.expires_at and self.expires_at <= now)


@dataclass(frozen=True)
class Article:
    """A published knowledge article, its HTML cleaned."""

    id: str
    number: str
    title: str
    description: str
    keywords: tuple[str, ...]
    content: Markup
    text: str  # content without markup, for the search
    views: int
    modified_on: datetime | None
    rating: float = 0.0  # the mean of all ratings
    rating_count: int = 0

    @property
    def category(self) -> str:
        return self.keywords[0] if self.keywords else ""

    def __lt__(self, other: Article) -> bool:
        return self.number < other.number


@dataclass(frozen=True)
class Link:
    """A web link: of a page of this site, or of an address elsewhere.

    Args:
        links: beneath it.
        shows_children: whether the pages beneath its page are shown beneath it.
    """

    name: str
    page_id: str
    external_url: str
    opens_in_new_window: bool
    description: str = ""
    image_url: str = ""
    image_text: str = ""
    shows_image_only: bool = False
    shows_children: bool = False
    is_followed: bool = True
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class WebFile:
    """A file of the site; its content is in the organization (a note), and read when it is asked for."""

    id: str
    name: str
    path: str  # without a language, in lower case
    parent_id: str  # page
    is_attachment: bool
    releases_at: datetime | None
    expires_at: datetime | None

    def is_out(self, now: datetime) -> bool:
        """True between release and expiration."""
        return not (self.releases_at and self.releases_at > now) and not (self.expires_at and self.expires_at <= now)


@dataclass(frozen=True)
class Redirect:
    """From a path where there is no page to a page, or to an address."""

    page_id: str
    url: str
    status: int


@dataclass(frozen=True)
class Shortcut:
    """Something that stands among a page's children and is elsewhere: a page, a file, an address."""

    title: str
    display_order: int
    page_id: str
    file_id: str
    url: str


@dataclass(frozen=True)
class LinkSet:
    name: str
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class WebTemplate:
    name: str
    source: str
    mime_type: str
    version: int


@dataclass(frozen=True)
class Comment:
    """What somebody wrote about an article, a blog post or an idea. ``author_id`` is a contact's, "" for strangers."""

    id: str
    author: str
    author_id: str
    text: str
    at: datetime | None
    is_approved: bool = True


@dataclass(frozen=True)
class Edition:
    """The site in one language: what a visitor of that language can see."""

    language: Language
    pages: Mapping[str, Page]  # root page id -> page
    children: Mapping[str, tuple[Page, ...]]  # root page id -> pages beneath, in display order
    paths: Mapping[str, Page]  # lower-case path -> page
    markers: Mapping[str, Page]
    snippets: Mapping[str, str]
    link_sets: Mapping[str, LinkSet]
    articles: Mapping[str, Article]  # lower-case public number -> article
    shortcuts: Mapping[str, tuple[Shortcut, ...]] = field(default_factory=dict)  # page id -> what stands beneath
    community: Community = NO_COMMUNITY


@dataclass(frozen=True)
class Site:
    """One portal's website as last read. ``version`` changes whenever any of its rows does."""

    website_id: str
    name: str
    version: str
    default: Edition
    editions: Mapping[str, Edition]  # lower-case culture code -> edition
    settings: Mapping[str, str]
    web_templates: Mapping[str, WebTemplate]  # name -> template
    page_templates: Mapping[str, str]  # page template id -> web template name, "" for a rewrite template
    forms: Mapping[str, WebForm] = field(default_factory=dict)  # by id
    lists: Mapping[str, EntityList] = field(default_factory=dict)  # by id
    web_roles: tuple[WebRole, ...] = ()
    framed: frozenset[str] = frozenset()  # page templates between the website's header and footer
    header: str = ""  # web template names
    footer: str = ""
    partial_url: str = ""
    files: Mapping[str, WebFile] = field(default_factory=dict)  # path -> file
    redirects: Mapping[str, Redirect] = field(default_factory=dict)  # lower-case path without final slash -> redirect
    administrators: frozenset[str] = frozenset()  # web roles with every right of website access
    permissions: tuple[EntityPermission, ...] = ()
    comments: Mapping[str, tuple[Comment, ...]] = field(default_factory=dict)  # id of what they are about, oldest first
    thread_types: Mapping[str, ThreadType] = field(default_factory=dict)  # id -> type of a forum's threads
    hidden_states: frozenset[str] = frozenset()  # publishing states that visitors do not see
