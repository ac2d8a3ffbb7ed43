"""Shared access signatures: as the portal's own sender makes them, and as a foreign maker does."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote

import pytest
from azure.eventhub._client_base import generate_sas_token  # type: ignore[attr-defined]

from analytics.client import token_make
from analytics.client.signature import resource_of, signature_of

KEY, POLICY = "c2hhcmVkIGtleSBvZiB0aGUgaHVi", "RootManageSharedAccessKey"


@pytest.mark.parametrize(
    ("uri", "resource"),
    [
        ("https://contoso.api.azurecustomerinsights.com", "contoso.api.azurecustomerinsights.com%2f"),
        ("https://contoso.api.azurecustomerinsights.com/", "contoso.api.azurecustomerinsights.com%2f"),
        ("https://localhost:8443/hub/contoso", "localhost%2fhub%2fcontoso"),
        ("https://hub.example/a%20b", "hub.example%2fa%20b"),
    ],
)
def test_what_is_signed_for_has_neither_scheme_nor_port_and_lower_case_escapes(uri: str, resource: str) -> None:
    assert resource_of(uri) == resource


def test_the_token_has_the_portals_order_and_one_space() -> None:
    token = token_make(hub_uri="https://hub.example", policy_name="Portal.Send", key=KEY, expires_at=1_800_000_000)
    scheme, _, rest = token.partition(" ")
    assert scheme == "SharedAccessSignature"
    assert [name for name, _ in parse_qsl(rest)] == ["sig", "se", "skn", "sr"]
    assert "skn=Portal.Send&sr=hub.example%2f" in token


def test_a_foreign_maker_signs_the_same_text_alike() -> None:
    resource = "hub.example/contoso"
    token = generate_sas_token(resource, POLICY, KEY, 3600)  # type: ignore[no-untyped-call]
    foreign = dict(pair.split("=", 1) for pair in token.split(" ")[1].split("&"))
    assert unquote(foreign["sig"]) == signature_of(foreign["sr"], int(foreign["se"]), KEY)
