"""The one client of the directory: the portal runtime, sent back to hosts of portals only."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.db import transaction

from core.directory import CALLBACK, CLIENT_ID, SCOPES, SIGNED_OUT, directory_client_secret
from domains.models import Hostname, SslBinding


def client_ensure(redirect_uri: str) -> None:
    """Make it so that the runtime's client exists and may be sent to ``redirect_uri``, if that is a portal's.

    The same portal's address for the way back from signing out is listed with it. Anything else is left alone: the
    provider refuses what the client does not list.
    """
    with transaction.atomic():
        client = Client.objects.select_for_update().filter(pk=CLIENT_ID).first() or _client_create()
        known = client.get_redirect_uris()
        is_new = redirect_uri not in known and is_portals(redirect_uri)
        wanted = [*known, redirect_uri] if is_new else known
        signed_out = [f"{uri.removesuffix(CALLBACK)}{SIGNED_OUT}" for uri in wanted]
        if is_new or signed_out != client.get_post_logout_redirect_uris():  # of before there was such a list
            client.set_redirect_uris(wanted)
            client.set_post_logout_redirect_uris(signed_out)
            client.save(update_fields=["redirect_uris", "data"])


def is_portals(address: str, *, path: str = CALLBACK) -> bool:
    """Whether the address is that one of the sign-in's, or of the sign-out's, at a portal that the edge serves."""
    try:
        parts = urlsplit(address)
        is_ours = _is_edges(parts.scheme, parts.hostname or "", parts.port)
    except ValueError:
        return False
    is_that = parts.path == path and not parts.query and not parts.fragment and not parts.username
    return is_ours and is_that and _is_served(parts.hostname or "")


def _is_edges(scheme: str, host: str, port: int | None) -> bool:
    """HTTPS, or plain HTTP for names that stay on the visitor's own machine, at the edge's port."""
    if scheme == "http":
        return host.endswith(".localhost") and (port or 80) == settings.PORTAL_HTTP_PORT
    return scheme == "https" and (port or 443) == settings.PORTAL_HTTPS_PORT


def _is_served(host: str) -> bool:
    return Hostname.objects.at(host).published().exists() or SslBinding.objects.filter(host=host).exists()


def _client_create() -> Client:
    client = Client(
        pk=CLIENT_ID,
        name="Portal websites",
        type=Client.Type.CONFIDENTIAL,
        scopes="\n".join(SCOPES),
        skip_consent=True,  # the portal asks for it, whatever the provider (seed: "a consent page is displayed to all")
    )
    client.set_secret(directory_client_secret())
    client.save(force_insert=True)
    return client
