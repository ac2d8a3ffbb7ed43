"""The directory of the installation itself: an OpenID provider that the administration center offers to portals.

Both sides read here what they must agree on: the runtime is the client, the center the provider. The client's secret is
derived from the installation's secret key, which both have, so that nothing is configured and nothing is stored.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

CLIENT_ID = "portals"
CALLBACK = "/signin/callback/"  # on the portal's own host
SIGNED_OUT = "/signout/callback/"  # there too: where the browser comes back to after the provider's sign-out
GUESTS = "Guests"  # accounts of this group are no staff: customers, partners. Its claim is Entra ID's ``acct``
SCOPES = ("openid", "profile", "email")


def directory_issuer() -> str:
    """The provider's issuer: the administration center's own address."""
    port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
    return f"https://{settings.PORTAL_ADMIN_HOST}{port}"


def directory_plain_origin() -> str:
    """The same center over plain HTTP: for people whose browser is on this machine, who meet no certificate warning."""
    port = "" if settings.PORTAL_HTTP_PORT == 80 else f":{settings.PORTAL_HTTP_PORT}"
    return f"http://{settings.PORTAL_ADMIN_HOST}{port}"


def directory_client_secret() -> str:
    """What the runtime shows at the token endpoint."""
    return salted_hmac("core.directory", CLIENT_ID, algorithm="sha256").hexdigest()
