"""Pages that no site makes: getting set up, no such address, out of order. They name nobody."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from websites.assets_served import asset
from websites.hosts import PortalAtHost
from websites.site.cleaning import html_text

NOTHING = SafeString("")
REFRESH = 30  # seconds, as in the original

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <meta name="color-scheme" content="light dark">
  {head}<title>{title}</title>
  <link rel="stylesheet" href="{stylesheet}">
</head>
<body>
  <main class="notice">
    {ornament}<h1>{heading}</h1>
    <p>{text}</p>{more}
  </main>
</body>
</html>
"""


def setup_page() -> HttpResponse:
    """503 until the portal may be shown; the words are the original's."""
    head = format_html('<meta http-equiv="refresh" content="{}">\n  ', REFRESH)
    spinner = SafeString('<div class="spinner" aria-hidden="true"></div>\n    ')
    response = plain_page(
        503,
        title="Portal Provisioning",
        heading="Getting set up…",
        text="This might take a while.",
        head=head,
        ornament=spinner,
    )
    response["Retry-After"] = str(REFRESH)
    return response


def host_unknown_page() -> HttpResponse:
    return plain_page(404, title="Not found", heading="Not found", text="There is no site at this address.")


def sign_in_plain_page(name: str, status: int) -> HttpResponse:
    """Where a site has no home page, or its layout fails: it cannot be signed in to."""
    text = "Sign-in does not work at the moment, because this site's layout fails. Please tell the people who run it."
    return plain_page(max(status, 400), title="Sign-in", heading="Sign-in is not possible", text=text)


def page_missing_page() -> HttpResponse:
    return plain_page(404, title="Page not found", heading="Page not found", text="There is no page at this address.")


def access_denied_page() -> HttpResponse:
    return plain_page(403, title="Access denied", heading="Access denied", text="You may not read this page.")


def unavailable_page(retry_after: float | None = None) -> HttpResponse:
    """503: nothing was ever read of the site, and nothing can be now."""
    text = "This site cannot be shown at the moment. Please try again in a minute."
    response = plain_page(503, title="Temporarily unavailable", heading="Temporarily unavailable", text=text)
    response["Retry-After"] = str(int(retry_after or REFRESH))
    return response


def failure_page(error_id: str, *, portal: PortalAtHost | None = None, words: str = "") -> HttpResponse:
    """500 with the id under which those who run the site find the reason.

    Args:
        words: the site's own, in which ``{0}`` stands for the id.
    """
    text = html_text(words).replace("{0}", error_id) or f"An unknown failure has occurred. Error ID # [{error_id}]"
    more = format_html(
        "\n    <dl><dt>Error ID</dt><dd><code>{}</code></dd><dt>Time</dt><dd>{} UTC</dd>"
        "<dt>Portal ID</dt><dd>{}</dd></dl>",
        error_id,
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        portal.portal_id if portal else "-",
    )
    return plain_page(500, title="Something went wrong", heading="Something went wrong", text=text, more=more)


def query_too_long_page() -> HttpResponse:
    text = "The address is too long. Please use a shorter one."
    return plain_page(414, title="Address too long", heading="Address too long", text=text)


def form_too_large_page() -> HttpResponse:
    text = "What was sent is too large. Please go back and shorten it."
    return plain_page(413, title="Too large", heading="Too large", text=text)


def form_missing_page() -> HttpResponse:
    text = "This page does not take this form, so nothing was done. Please open the page again and send what it shows."
    return plain_page(404, title="Nothing was done", heading="Nothing was done", text=text)


def form_strange_page() -> HttpResponse:
    text = (
        "This form was sent from another site, so nothing was done. Please open the page again and send it from there."
    )
    return plain_page(403, title="Nothing was done", heading="Nothing was done", text=text)


def method_refused_page() -> HttpResponse:
    response = plain_page(
        405, title="Not possible", heading="Not possible", text="This address takes pages and forms only."
    )
    response["Allow"] = "GET, HEAD, POST"
    return response


def plain_page(
    status: int,
    *,
    title: str,
    heading: str,
    text: str,
    head: SafeString = NOTHING,
    ornament: SafeString = NOTHING,
    more: SafeString = NOTHING,
) -> HttpResponse:
    body = format_html(
        _PAGE,
        title=title,
        heading=heading,
        text=text,
        head=head,
        ornament=ornament,
        more=more,
        stylesheet=asset("setup.css").url("setup.css"),
    )
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
