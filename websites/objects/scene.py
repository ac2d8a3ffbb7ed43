"""All that a page's objects are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from websites.access import Access
from websites.ports import OrganizationRows
from websites.resolving import article_path
from websites.site.loaded import LoadedSite
from websites.site.values import Article, Edition, Page
from websites.visit import Visit


@dataclass(frozen=True)
class FormState:
    """A form that was refused, to be shown again: what was typed, and what is wrong by field ("" for all of it)."""

    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """What a page is called while it shows something that its tail names, such as a forum's thread.

    Args:
        above: titles and addresses of the places between the page and this thing.
    """

    title: str
    summary: str = ""
    above: tuple[tuple[str, str], ...] = ()


class Notes:
    """What is found out about a page while it is made."""

    is_live = False  # it shows rows of the organization as they are now
    lists = 0  # entity lists that were shown


@dataclass(frozen=True)
class Scene:
    """All that the objects are made of.

    Args:
        tail: what follows the page's own path in the address, without slashes at the ends: a case's number.
        form: the form that was sent and refused just now.
        extra: objects of the page's feature, beside those that every page has.
        heading: of the thing that the tail names; None where the page is shown itself.
    """

    visit: Visit
    loaded: LoadedSite
    edition: Edition
    page: Page
    article: Article | None
    status: int
    tail: str = ""
    form: FormState = FormState()
    extra: Mapping[str, object] = field(default_factory=dict)
    heading: Heading | None = None
    notes: Notes = field(default_factory=Notes, repr=False, compare=False)

    @property
    def settings(self) -> Mapping[str, str]:
        return self.loaded.site.settings

    @property
    def path(self) -> str:
        """The address of what is shown."""
        if self.article:
            return article_path(self.edition, self.article)
        return self.page.path + (f"{quote(self.tail)}/" if self.tail else "")

    @cached_property
    def access(self) -> Access:
        return self.loaded.access(self.visit.visitor)

    @property
    def rows(self) -> OrganizationRows:
        """The organization's rows as they are now. Every use is a call: for what belongs to people, not for content."""
        return self.loaded.source

    def may_be_shown(self, page: Page) -> bool:
        """Whether this visitor may see ``page`` now."""
        return page.may_be_read(self.access.role_ids) and page.is_out(self.visit.now)

    def is_page(self, marker: str) -> bool:
        marked = self.edition.markers.get(marker)
        return marked is not None and marked.id == self.page.id

    def snippet(self, name: str, default: str) -> str:
        """Words of the site in the page's language."""
        return str(self.edition.snippets.get(name) or default)
