"""Tells the organizations how often their articles were read on portals.

The row of a day has an id of its own and takes the day's whole count, so that telling twice is telling once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db.models import F
from django.utils import timezone

from core.errors import Unavailable
from portals.models import Portal
from websites.ports import OrganizationRows
from websites.viewcounts.models import ArticleViewCount

logger = structlog.get_logger(__name__)
KEYS = uuid.UUID("c7cf7d51-6a55-4d29-8f5c-5b9e0d6a7e44")
AT_ONCE = 500
WEB = 2  # knowledgearticleviews.location
KEPT = timedelta(days=30)


def views_tell(client_for: Callable[[uuid.UUID], OrganizationRows]) -> int:
    """Write what the organizations do not know yet; how many rows. An organization that is away is told later.

    Args:
        client_for: the rows of an organization.
    """
    untold = ArticleViewCount.objects.exclude(count=F("told"))
    portals = Portal.objects.filter(pk__in=untold.values("portal_id")).exclude(organization=None)
    return sum(_tell_of(portal, client_for) for portal in portals)


def views_purge() -> int:
    """Forget days that the organizations know of; how many rows."""
    old = ArticleViewCount.objects.filter(day__lt=(timezone.now() - KEPT).date(), count=F("told"))
    return old.delete()[0]


def _tell_of(portal: Portal, client_for: Callable[[uuid.UUID], OrganizationRows]) -> int:
    untold = ArticleViewCount.objects.filter(portal=portal).exclude(count=F("told")).order_by("day", "pk")
    done = 0
    try:
        rows = client_for(portal.organization_id)
        for views in untold[:AT_ONCE]:
            done += _tell(rows, portal, views)
    except Unavailable as problem:
        logger.warning("portal.views_wait", portal_id=str(portal.pk), error=str(problem))
    return done


def _tell(rows: OrganizationRows, portal: Portal, views: ArticleViewCount) -> bool:
    """An article that is gone takes its views with it."""
    row_id = uuid.uuid5(KEYS, f"{portal.pk}\n{views.article_id}\n{views.day}")
    values = {
        "knowledgearticleview": views.count,
        "viewdate": f"{views.day}T00:00:00Z",
        "location": WEB,
        "adx_domainname": portal.host[:100],
        "knowledgearticleid@odata.bind": f"/knowledgearticles({views.article_id})",
    }
    try:
        rows.upsert("knowledgearticleviews", row_id, values)
    except Unavailable as problem:
        if not problem.permanent:
            raise
        logger.warning("portal.views_refused", article_id=str(views.article_id), error=str(problem))
    return bool(ArticleViewCount.objects.filter(pk=views.pk).update(told=views.count))
