"""Signing in at a portal."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from websites.request_site import site_here
from websites.visitors.consents import consent_give, consent_is_given
from websites.visitors.contacts import VisitorContact, contact_ensure
from websites.visitors.cookies import cookie_set, cookie_token
from websites.visitors.identity import Identity
from websites.visitors.leading import origin_here, own_path, redirect_to
from websites.visitors.members import may_sign_in
from websites.visitors.oidc import (
    Attempt,
    SignInFailed,
    attempt_begin,
    authorization_url,
    identity_fetch,
)
from websites.visitors.pages import sign_in_page
from websites.visitors.providers import Provider, directory_provider
from websites.visitors.remembering import attempt_keep, attempt_kept, forget, identity_keep, identity_kept
from websites.visitors.roles import contact_roles
from websites.visitors.sessions import SignedIn, session_begin, session_end
from websites.visitors.signing_out import end_session_here


@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """To the provider; ``return`` is the page of this site to come back to."""
    portal, _ = site_here(request)
    provider = directory_provider()
    attempt = attempt_begin(provider, own_path(request.GET.get("return", "")))
    response = redirect_to(authorization_url(provider, attempt, origin=origin_here(request, portal)))
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
        identity = identity_fetch(provider, attempt, origin=origin_here(request, portal), code=_code(request))
    except SignInFailed:
        return _failed(request)
    if not may_sign_in(portal, identity):
        return _guest_refused(request, identity)
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
        response = redirect_to("/")
        forget(request, response)
        return response
    consent_give(portal.portal_id, directory_provider(), identity)
    return _signed_in(request, directory_provider(), identity, path)


def _code(request: HttpRequest) -> str:
    code = request.GET.get("code", "")
    if not code:
        raise SignInFailed("The identity provider gave no code.")
    return code


def _guest_refused(request: HttpRequest, identity: Identity) -> HttpResponse:
    """Nothing is kept of them here; the provider's sign-out lets them come back as somebody else."""
    portal, loaded = site_here(request)
    shown = {"email": identity.email, "sign_out_url": end_session_here(request, portal, identity.id_token)}
    response = sign_in_page(request, portal, loaded, "guest", status=403, objects={"guest": shown})
    forget(request, response)
    return response


def _ask_consent(request: HttpRequest, attempt: Attempt, identity: Identity) -> HttpResponse:
    portal, _ = site_here(request)
    response = redirect_to("/signin/consent/")
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
    response = redirect_to(quote(own_path(path), safe="/?&=%-_.~"))
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
