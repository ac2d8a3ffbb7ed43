"""Who may read a page: access control rules of the pages, and the website access rights of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from websites.site.rows import SiteRows

GRANT_CHANGE, RESTRICT_READ = 1, 2  # adx_webpageaccesscontrolrule.adx_right
NOT_ITS_FILES = 2  # adx_webpageaccesscontrolrule.adx_scope: web files right beneath the page are left out
RIGHTS = (
    "adx_managecontentsnippets",
    "adx_managesitemarkers",
    "adx_manageweblinksets",
    "adx_previewunpublishedentities",
)
Roles = frozenset[str]


@dataclass
class PageRules:
    """Web roles by page id.

    Args:
        restricted: of the rules that restrict reading; several rules of one page add up.
        file_restricted: those of them that hold for the page's own files too.
        changers: of the rules that grant change. Who may change a page may read it, published or not.
        previewers: who may see what is not published, anywhere.
    """

    restricted: dict[str, Roles] = field(default_factory=dict)
    file_restricted: dict[str, Roles] = field(default_factory=dict)
    changers: dict[str, Roles] = field(default_factory=dict)
    previewers: Roles = frozenset()

    def readers(self, chain: Sequence[str], *, is_draft: bool, of_files: bool = False) -> tuple[Roles, ...]:
        """Web roles by rule; a reader needs one of each.

        Args:
            chain: the page and all above it, the page first.
            of_files: of the files right beneath the page instead of the page.
        """
        changers = frozenset().union(*(self.changers.get(id_, frozenset()) for id_ in chain))
        own = self.file_restricted if of_files else self.restricted
        rules = [own.get(chain[0]), *(self.restricted.get(id_) for id_ in chain[1:])]
        found = [rule | changers for rule in rules if rule is not None]
        return tuple([*found, self.previewers | changers] if is_draft else found)


def page_rules(rows: SiteRows) -> PageRules:
    """The rules of a site's rows."""
    found = PageRules(previewers=_with_rights(rows, RIGHTS[3:]))
    for row in rows.of("adx_webpageaccesscontrolrules"):
        page, roles = str(row["_adx_webpageid_value"]), frozenset(row["adx_webpageaccesscontrolrule_webrole"])
        if row["adx_right"] == GRANT_CHANGE:
            _add(found.changers, page, roles)
        elif row["adx_right"] == RESTRICT_READ:
            _add(found.restricted, page, roles)
            if row["adx_scope"] != NOT_ITS_FILES:
                _add(found.file_restricted, page, roles)
    return found


def administrators_of(rows: SiteRows) -> Roles:
    """Web roles with every right that website access gives."""
    return _with_rights(rows, RIGHTS)


def _with_rights(rows: SiteRows, rights: Sequence[str]) -> Roles:
    granting = [row for row in rows.of("adx_websiteaccesses") if all(row[right] for right in rights)]
    return frozenset(role for row in granting for role in row["adx_websiteaccess_webrole"])


def _add(found: dict[str, Roles], page: str, roles: Roles) -> None:
    found[page] = found.get(page, frozenset()) | roles
