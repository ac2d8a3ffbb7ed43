"""What the starter content is made of, once its sources are read and checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ContentRow:
    """One row for the organization: lookups are ``navigation@odata.bind``, the primary id is apart in ``id``."""

    entity_set: str
    logical_name: str
    id: uuid.UUID
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """A place in the page tree; its words are in the language's texts under ``key``. ``name`` is for administrators."""

    key: str
    name: str
    partial_url: str
    template: str
    parent: str = ""
    order: int = 0
    is_hidden: bool = False  # from the site map
    is_unsearched: bool = False
    form: str = ""  # key of the web form that the page carries


@dataclass(frozen=True)
class StepField:
    """A column on a step of a web form. ``label`` is English; the words are the snippet ``Field/<label>``.

    Args:
        on_save: value that the row gets when the step is sent; nobody types it.
    """

    name: str
    label: str = ""
    is_required: bool = False
    on_save: str = ""


@dataclass(frozen=True)
class Step:
    """A step of a web form: a form of ``fields``, or with ``condition`` a question that leads to ``next`` or ``other``.

    Args:
        title: English; the words are the snippet ``Step/<title>``.
        is_edit: whether the step goes on with the row that an earlier step made.
    """

    key: str
    title: str = ""
    fields: tuple[StepField, ...] = ()
    next: str = ""
    condition: str = ""
    other: str = ""
    is_edit: bool = False


@dataclass(frozen=True)
class Form:
    """A web form over ``table``. What it says at the end is the snippet ``Web Form/<name>``."""

    key: str
    name: str
    table: str
    primary_key: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Role:
    """A web role. ``is_default_for`` is ``authenticated``, ``anonymous`` or empty."""

    name: str
    description: str
    is_default_for: str = ""


@dataclass(frozen=True)
class Permission:
    """An entity permission: what the web roles ``roles`` may do with rows of ``table`` (logical name).

    Args:
        scope: ``global``, ``contact``, ``account``, ``parent`` or ``self``.
        rights: of ``read``, ``write``, ``create``, ``delete``, ``append``, ``appendto``.
        relationship: schema name of the relationship to contact, account or parent row, by scope.
        parent: name of the permission that the parent's rows come from, for the scope ``parent``.
    """

    name: str
    table: str
    scope: str
    rights: tuple[str, ...]
    roles: tuple[str, ...]
    relationship: str = ""
    parent: str = ""


@dataclass(frozen=True)
class ContentLink:
    """Two rows of a many-to-many relationship, linked once both are there."""

    entity_set: str
    id: uuid.UUID
    navigation: str
    target_set: str
    target_id: uuid.UUID


@dataclass(frozen=True)
class SiteSource:
    """What one portal type's website consists of, in no language. ``parts`` are the features it shares with others."""

    pages: tuple[Page, ...]
    markers: Mapping[str, str]  # site marker -> page key
    link_sets: Mapping[str, tuple[str, ...]]  # name -> page keys
    settings: Mapping[str, str]
    roles: tuple[Role, ...]
    articles: tuple[str, ...]
    permissions: tuple[Permission, ...] = ()
    parts: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    templates: tuple[str, ...] = ()  # page templates of things that are no pages: forums, posts


@dataclass(frozen=True)
class PageText:
    """A page's words. ``copy`` is HTML; ``link`` is the word in the navigation."""

    title: str
    link: str
    summary: str
    copy: str


@dataclass(frozen=True)
class Texts:
    """One language's words for one portal type. ``samples`` are the words of the features' own rows, by feature."""

    lcid: int
    snippets: Mapping[str, str]
    pages: Mapping[str, PageText]
    samples: Mapping[str, Any]


@dataclass(frozen=True)
class Article:
    """A knowledge article in one language. ``number`` is the same in every language; ``content`` is HTML."""

    slug: str
    number: str
    title: str
    description: str
    category: str
    keywords: tuple[str, ...]
    content: str


@dataclass(frozen=True)
class Shared:
    """Rows that the organization has already and that no portal owns; None: it has none."""

    portal_language_id: uuid.UUID | None = None
    language_locale_id: uuid.UUID | None = None
