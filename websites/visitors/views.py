"""Signing in and out at a portal."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from websites.errors import SiteUnavailable
from websites.hosts import PortalAtHost
from websites.plainpages import unavailable_page
from websites.request_site import portal_here, site_here
from websites.visitors.consents import consent_give, consent_is_given
from websites.visitors.contacts import VisitorContact, contact_ensure
from websites.visitors.cookies import cookie_clear, cookie_set, cookie_token
from websites.visitors.leaving import end_session_url, path_of_state, signed_out_path
from websites.visitors.oidc import (
    Attempt,
    Identity,
    SignInFailed,
    attempt_begin,
    authorization_url,
    identity_fetch,
)
from websites.visitors.pages import sign_in_page
from websites.visitors.providers import Provider, directory_provider
from websites.visitors.remembering import attempt_keep, attempt_kept, forget, identity_keep, identity_kept
from websites.visitors.roles import contact_roles
from websites.visitors.sessions import SignedIn, session_begin, session_end, session_id_token

PATHS = 500  # characters of the page to come back to


@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """To the provider; ``return`` is the page of this site to come back to."""
    portal, _ = site_here(request)
    provider = directory_provider()
    attempt = attempt_begin(provider, own_path(request.GET.get("return", "")))
    response = _redirect(authorization_url(provider, attempt, origin=_origin(request, portal)))
    attempt_keep(request, response, portal, attempt)
    return response


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """What the provider says: to the consent page at the first time, else signed in."""
    portal, _ = site_here(request)
    attempt = attempt_kept(request, portal)
    if attempt is None or request.GET.get("state", "") != attempt.state:
        return _failed(request)
    provider = directory_provider()
    try:
        identity = identity_fetch(provider, attempt, origin=_origin(request, portal), code=_code(request))
    except SignInFailed:
        return _failed(request)
    if consent_is_given(portal.portal_id, provider, identity):
        return _signed_in(request, provider, identity, attempt.path)
    return _ask_consent(request, attempt, identity)


def consent(request: HttpRequest) -> HttpResponse:
    """The visitor's answer: Accept makes contact and session, Cancel neither."""
    portal, _ = site_here(request)
    kept = identity_kept(request, portal)
    if kept is None:
        return _failed(request)
    _, path, identity = kept
    if request.method != "POST":
        return _consent_page(request, path, identity)
    if request.POST.get("answer") != "accept":
        response = _redirect("/")
        forget(request, response)
        return response
    consent_give(portal.portal_id, directory_provider(), identity)
    return _signed_in(request, directory_provider(), identity, path)


def sign_out(request: HttpRequest) -> HttpResponse:
    """POST ends the session here, then the provider's; GET asks, so that no link or picture can sign anybody out."""
    if request.method != "POST":
        return sign_in_page(request, *site_here(request), "sign_out")
    portal = portal_here(request)  # its site may be out of reach: that keeps nobody signed in
    ended = session_end(portal.portal_id, cookie_token(request))
    elsewhere = _end_session_url(request, portal, session_id_token(ended)) if ended else ""
    response = _leaving(request, elsewhere) if elsewhere else _redirect(signed_out_path(portal))
    cookie_clear(request, response)
    return response


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Back from the provider's sign-out."""
    return _redirect(own_path(path_of_state(portal_here(request), request.GET.get("state", ""))))


def own_path(text: str) -> str:
    """A path of this site; "/" for anything that could lead elsewhere (open redirect)."""
    is_own = text.startswith("/") and not text.startswith(("//", "/\\")) and len(text) <= PATHS
    return text if is_own and text.isprintable() and "\\" not in text else "/"


def _origin(request: HttpRequest, portal: PortalAtHost) -> str:
    return portal.origin_here(is_secure=request.is_secure())


def _end_session_url(request: HttpRequest, portal: PortalAtHost, id_token: str) -> str:
    return end_session_url(directory_provider(), portal, origin=_origin(request, portal), id_token=id_token)


def _leaving(request: HttpRequest, url: str) -> HttpResponse:
    """A page that goes on to the provider by itself.

    No redirect: browsers hold those after a form against ``form-action`` of the page, however many hosts the provider
    leads over.
    """
    try:
        response = sign_in_page(request, *site_here(request), "leaving", objects={"leaving": {"url": url}})
    except SiteUnavailable:
        response = unavailable_page()
    response["Refresh"] = f"0; url={url}"  # HTML Standard, 4.2.5.3 and 7.5.1
    return response


def _code(request: HttpRequest) -> str:
    code = request.GET.get("code", "")
    if not code:
        raise SignInFailed("The identity provider gave no code.")
    return code


def _ask_consent(request: HttpRequest, attempt: Attempt, identity: Identity) -> HttpResponse:
    portal, _ = site_here(request)
    response = _redirect("/signin/consent/")
    identity_keep(request, response, portal, attempt, identity)
    return response


def _consent_page(request: HttpRequest, path: str, identity: Identity) -> HttpResponse:
    portal, loaded = site_here(request)
    shown = {"name": identity.name, "email": identity.email, "subject": identity.subject}
    return sign_in_page(request, portal, loaded, "consent", path=path, objects={"consent": shown})


def _signed_in(request: HttpRequest, provider: Provider, identity: Identity, path: str) -> HttpResponse:
    """A new session, whatever there was before, and on to the page."""
    portal, loaded = site_here(request)
    contact = contact_ensure(loaded.source, provider, identity)
    roles = contact_roles(loaded.source, contact.id)
    if roles is None:
        return _failed(request)
    session_end(portal.portal_id, cookie_token(request))
    token = session_begin(_who(portal.portal_id, contact, provider, identity, roles))
    response = _redirect(quote(own_path(path), safe="/?&=%-_.~"))
    forget(request, response)
    cookie_set(request, response, token)
    return response


def _who(
    portal_id: UUID, contact: VisitorContact, provider: Provider, identity: Identity, roles: list[str]
) -> SignedIn:
    return SignedIn(
        portal_id=portal_id,
        contact_id=contact.id,
        account_id=contact.account_id,
        name=contact.name or identity.name,
        email=contact.email or identity.email,
        provider=provider.slug,
        issuer=identity.issuer,
        subject=identity.subject,
        role_ids=roles,
        id_token=identity.id_token,
    )


def _failed(request: HttpRequest) -> HttpResponse:
    portal, loaded = site_here(request)
    response = sign_in_page(request, portal, loaded, "sign_in_failed", status=400)
    forget(request, response)
    return response


def _redirect(location: str) -> HttpResponse:
    response = HttpResponse(status=302)
    response["Location"] = location
    response["Cache-Control"] = "no-store"
    return response
