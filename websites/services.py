"""``/_services/about``: what this portal is, and *Clear cache*, for web roles with every website access right.

The same form, sent with the product's own signature (:mod:`domains.probe`), is how another program says that the
content has changed: what visitors see next is read anew, in this process before the answer and in all others at once.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from organizations.content_changes import content_changed
from websites.hosts import PortalAtHost
from websites.logo import look_problems
from websites.plainpages import page_missing_page, plain_page
from websites.request_site import site_here
from websites.runtime import runtime
from websites.visitors.here import visitor_here

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """404 for everybody else: nobody learns that it is there."""
    portal, loaded = site_here(request)
    visitor = visitor_here(request, portal, loaded)
    is_administrator = not loaded.access(visitor).role_ids.isdisjoint(loaded.site.administrators)
    is_signed = bool(request.is_probe)  # type: ignore[attr-defined]
    if not (is_administrator or is_signed):
        return page_missing_page()
    if request.method == "POST":
        loaded = runtime().sites.site_of(portal, is_fresh=True)
        runtime().pages.clear()
        _tell_others(portal)
    facts = {
        "Portal ID": portal.portal_id,
        "Organization ID": portal.organization_id,
        "Website ID": portal.website_id,
        "Portal type": portal.portal_type,
        "Host": portal.host,
        "Content version": loaded.site.version,
        "Pages": len(loaded.site.default.pages),
        "Languages": ", ".join(edition.language.code for edition in loaded.site.editions.values()),
    }
    problems = look_problems(loaded.site, portal_type=portal.portal_type, now=datetime.now(UTC))
    look = format_html_join("", "\n    <p>{}</p>", ((problem,) for problem in problems))
    rows = [format_html("<dt>{}</dt><dd>{}</dd>", name, value) for name, value in facts.items()]
    done = SafeString("<p>The content was read anew.</p>") if request.method == "POST" else ""
    more = format_html(
        '\n    {}{}<dl>{}</dl>\n    <form method="post"><button type="submit">Clear cache</button></form>',
        done,
        look,
        format_html("{}" * len(rows), *rows),
    )
    text = "For those who run this portal."
    return plain_page(200, title="About this portal", heading="About this portal", text=text, more=more)


def _tell_others(portal: PortalAtHost) -> None:
    try:
        content_changed(portal.organization_id)
    except DatabaseError:  # they look again within seconds
        logger.warning("Other processes were not told of a change", extra={"portal_id": str(portal.portal_id)})
