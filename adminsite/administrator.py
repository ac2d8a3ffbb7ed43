"""The first administrator of an installation."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.models import User
from organizations.models import Role, RoleAssignment


@transaction.atomic
def administrator_ensure(*, email: str) -> User:
    """The active account with this address as Global Administrator, made without a password where there is none."""
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    RoleAssignment.objects.get_or_create(
        user=user, role=Role.GLOBAL_ADMINISTRATOR, organization=None, source=RoleAssignment.Source.MANUAL
    )
    return user


def sign_in_address(secret: str) -> str:
    """Where the administrator opens the link; on ``localhost`` by plain HTTP, so that no warning comes first."""
    path = reverse("sign-in-link", args=[secret])
    host = settings.PORTAL_ADMIN_HOST
    if host == "localhost" or host.endswith(".localhost"):
        return f"http://{host}{_port(settings.PORTAL_HTTP_PORT, 80)}{path}"
    return f"https://{host}{_port(settings.PORTAL_HTTPS_PORT, 443)}{path}"


def _port(port: int, usual: int) -> str:
    return "" if port == usual else f":{port}"
