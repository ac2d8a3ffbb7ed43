"""The cast with tokens, and two organizations."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from organizations.models import Organization, Role
from tests.builders.api import Caller, caller, organization_row


@pytest.fixture
def contoso(db: None) -> Organization:
    return organization_row("contoso", 1033, 1031, 1036, 1037)


@pytest.fixture
def fabrikam(db: None) -> Organization:
    return organization_row("fabrikam", 1033)


@dataclass(frozen=True)
class Cast:
    """Everybody, by the part they play for contoso."""

    grace: Caller  # Global Administrator
    sam: Caller  # Dynamics 365 Service Administrator
    alice: Caller  # System Administrator
    bob: Caller  # System Customizer
    sharron: Caller  # customer service representative
    fay: Caller  # System Administrator of fabrikam
    charlie: Caller  # no role


@pytest.fixture
def cast(contoso: Organization, fabrikam: Organization) -> Cast:
    return Cast(
        grace=caller("grace@contoso.example", (Role.GLOBAL_ADMINISTRATOR, None)),
        sam=caller("sam@contoso.example", (Role.SERVICE_ADMINISTRATOR, None)),
        alice=caller("alice@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso)),
        bob=caller("bob@contoso.example", (Role.SYSTEM_CUSTOMIZER, contoso)),
        sharron=caller("sharron@contoso.example", (Role.CUSTOMER_SERVICE_REPRESENTATIVE, contoso)),
        fay=caller("fay@fabrikam.example", (Role.SYSTEM_ADMINISTRATOR, fabrikam)),
        charlie=caller("charlie@contoso.example"),
    )
