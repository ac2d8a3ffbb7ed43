"""Signing out at the provider too (OpenID Connect RP-Initiated Logout 1.0), and the way back."""

from __future__ import annotations

import logging

from authlib.common.urls import add_params_to_uri
from django.core import signing

from core.directory import SIGNED_OUT
from core.errors import Unavailable
from websites.hosts import PortalAtHost
from websites.visitors import oidc
from websites.visitors.members import is_members_only
from websites.visitors.providers import Provider

logger = logging.getLogger(__name__)
SECONDS = 600  # that somebody may take at the provider


def end_session_url(provider: Provider, portal: PortalAtHost, *, origin: str, id_token: str) -> str:
    """Where the browser ends the provider's session, to come back to ``origin``.

    "" where the provider has no such page, or is away: then the portal's own session is all that ends. It is asked
    now, for a description that is remembered says nothing of that.

    Args:
        id_token: what the provider gave at the sign-in; without it the provider asks whom it has to do with.
    """
    try:
        found = str(oidc.facts.metadata(provider, is_fresh=True).get("end_session_endpoint") or "")
    except Unavailable as away:
        logger.warning("Signed out at the portal alone: %s", away, extra={"portal_id": str(portal.portal_id)})
        return ""
    if not found.startswith("https://"):
        return ""
    asked = {
        **({"id_token_hint": id_token} if id_token else {}),
        "client_id": provider.client_id,
        "post_logout_redirect_uri": f"{origin}{SIGNED_OUT}",
        "state": signing.dumps(signed_out_path(portal), salt=_salt(portal)),
    }
    return str(add_params_to_uri(oidc.endpoint_from(provider, found, origin=origin), list(asked.items())))


def signed_out_path(portal: PortalAtHost) -> str:
    """Where somebody is who has signed out.

    Every page of a portal for members alone leads to the directory, which might sign in again at once.
    """
    return "/signout/" if is_members_only(portal) else "/"


def path_of_state(portal: PortalAtHost, state: str) -> str:
    """Where the visitor goes on to who comes back with ``state``; the home page for one that is not ours, or old."""
    try:
        return str(signing.loads(state, salt=_salt(portal), max_age=SECONDS))
    except signing.BadSignature:
        return "/"


def _salt(portal: PortalAtHost) -> str:
    return f"websites.signout.{portal.portal_id}"
