"""Makes every page of a website once, as somebody who may see all of them, and says which could not be made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from portals.models import Portal
from websites.errors import TemplateFailed
from websites.hosts import PortalAtHost
from websites.ports import OrganizationRows
from websites.rendering import visit_answer
from websites.site.assembly import site_assemble
from websites.site.loaded import LoadedSite
from websites.site.reading import rows_read
from websites.site.values import Site
from websites.templating.environment import SiteEnvironment
from websites.visit import Visit
from websites.visitors.values import Visitor

FALLBACK = 1033


@dataclass(frozen=True)
class PageProblem:
    path: str
    reason: str


def pages_check(client: OrganizationRows, website_id: uuid.UUID) -> tuple[int, list[PageProblem]]:
    """How many pages there are in all languages, and those that cannot be made."""
    rows = rows_read(client, website_id=str(website_id))
    site = site_assemble(rows, website_id=str(website_id), portal_lcid=FALLBACK)
    loaded = LoadedSite(site=site, rows=rows, environment=SiteEnvironment(site.web_templates), client=lambda: client)
    visits = list(_visits(site, website_id))
    problems = [problem for visit in visits if (problem := _problem(visit, loaded)) is not None]
    return len(visits), problems


def _visits(site: Site, website_id: uuid.UUID) -> Iterator[Visit]:
    portal = _portal(website_id)
    everything = frozenset(role.id for role in site.web_roles)
    visitor = Visitor(uuid.uuid4(), str(uuid.uuid4()), "Somebody", "", "", everything)
    for edition in site.editions.values():
        for page in edition.pages.values():
            yield Visit(portal, page.path, "", {}, datetime.now(UTC), visitor)


def _problem(visit: Visit, loaded: LoadedSite) -> PageProblem | None:
    try:
        visit_answer(visit, loaded)
    except TemplateFailed as failed:
        told = failed.context
        return PageProblem(visit.path, f"{told['reason']} (template {told['template']}, line {told['line']})")
    return None


def _portal(website_id: uuid.UUID) -> PortalAtHost:
    found = Portal.objects.filter(website_id=website_id).first()
    return PortalAtHost(
        portal_id=found.pk if found else website_id,
        organization_id=website_id,
        website_id=website_id,
        host=found.host if found else "site.invalid",
        portal_type=found.portal_type if found else "custom",
        lcid=found.language if found else FALLBACK,
        is_open=True,
    )
