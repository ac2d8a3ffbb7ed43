"""Certificates by the API: multipart in, never a key out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from adminsite.rotation import secrets_rotate
from core.sealed import keyring_parse
from domains.certificates.vault import certificate_pem
from domains.models import Certificate
from domains.services.certificate_uploads import upload_keep, upload_kept
from organizations.models import Organization, Role
from tests.builders.api import Caller, caller, organization_row
from tests.builders.certificates import PASSWORD, certificate_made, leaf, pfx

pytestmark = pytest.mark.django_db
HOST = "support.example.test"
KEY_ONE = "one:" + "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="
KEY_TWO = "two:" + "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="


@pytest.fixture
def contoso() -> Organization:
    return organization_row("contoso")


@pytest.fixture
def alice(contoso: Organization) -> Caller:
    return caller("alice@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso))


def sent(who: Caller, data: bytes | None, path: str = "certificates/", **more: Any) -> Any:
    """A multipart POST; ``key`` is an Idempotency-Key."""
    headers = {"Authorization": f"Bearer {who.token}"}
    if key := more.pop("key", ""):
        headers["Idempotency-Key"] = key
    file = {} if data is None else {"file": SimpleUploadedFile("contoso.pfx", data)}
    return Client().post(f"/api/v1/{path}", {"password": PASSWORD, **file, **more}, headers=headers)


def test_an_upload_answers_the_certificate_without_its_key(alice: Caller) -> None:
    issued = leaf(HOST, "www.example.test")
    answer = sent(alice, pfx(issued))
    told = answer.json()
    assert answer.status_code == 201
    assert told["names"] == [HOST, "www.example.test"]
    assert told["subject"] == HOST
    assert told["key_type"] == "EC P-256"
    assert len(told["thumbprint"]) == 40
    assert told["not_after"].endswith("Z")
    assert [warning["code"] for warning in told["warnings"]] == ["certificates:untrusted"]
    assert "key_sealed" not in told
    assert b"PRIVATE" not in answer.content


@pytest.mark.parametrize(
    ("make", "more", "code", "pointer"),
    [
        (lambda: pfx(leaf(HOST)), {"password": "wrong"}, "certificates:wrong-password", "#/password"),
        (lambda: leaf(HOST).pem, {}, "certificates:not-pfx", "#/file"),
        (lambda: b"", {}, "certificates:empty", "#/file"),
        (lambda: None, {}, "certificates:file-missing", "#/file"),
        (lambda: bytes(2 * 1024 * 1024), {}, "certificates:too-large", "#/file"),
        (lambda: pfx(leaf(HOST)), {"hostname": "www.example.test"}, "domains:name-mismatch", "#/file"),
        (lambda: pfx(leaf(HOST)), {"colour": "red"}, "api:invalid", "#/colour"),
    ],
)
def test_refusals_have_their_code_and_place(
    alice: Caller, make: Any, more: dict[str, str], code: str, pointer: str
) -> None:
    answer = sent(alice, make(), **more)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Certificate.objects.exists()


def test_with_several_organizations_one_must_be_named(contoso: Organization) -> None:
    both = caller("g@contoso.example", (Role.GLOBAL_ADMINISTRATOR, None))
    organization_row("fabrikam")
    assert sent(both, pfx(leaf(HOST))).json()["code"] == "certificates:organization-missing"
    answer = sent(both, pfx(leaf(HOST)), organization=str(contoso.pk))
    assert answer.json()["organization"] == str(contoso.pk)


def test_roles_and_scopes_count(contoso: Organization) -> None:
    made = certificate_made(HOST, organization=contoso)
    bob = caller("bob@contoso.example", (Role.SYSTEM_CUSTOMIZER, contoso))
    charlie = caller("charlie@elsewhere.example")
    limited = caller("alice@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso), scopes=("certificates:read",))
    assert bob.get(f"certificates/{made.pk}/").status_code == 200
    assert bob.ask("DELETE", f"certificates/{made.pk}/").status_code == 403
    assert sent(bob, pfx(leaf(HOST)), organization=str(contoso.pk)).status_code == 403
    assert charlie.get(f"certificates/{made.pk}/").status_code == 404
    assert charlie.get("certificates/").json()["results"] == []
    assert limited.get("certificates/").json()["results"][0]["id"] == str(made.pk)
    assert limited.ask("DELETE", f"certificates/{made.pk}/").status_code == 403


def test_the_same_key_uploads_once_and_another_file_is_refused(alice: Caller) -> None:
    data = pfx(leaf(HOST))
    first, again = sent(alice, data, key="k-1"), sent(alice, data, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert sent(alice, pfx(leaf(HOST)), key="k-1").status_code == 422
    assert Certificate.objects.count() == 1


def test_replace_roll_back_and_delete(alice: Caller, contoso: Organization) -> None:
    old = certificate_made(HOST, organization=contoso)
    replaced = sent(alice, pfx(leaf(HOST)), f"certificates/{old.pk}/replace/")
    assert replaced.status_code == 201
    new = replaced.json()["id"]
    assert alice.get(f"certificates/{old.pk}/").json()["replaced_by"] == new
    back = alice.post(f"certificates/{new}/roll-back/")
    assert back.json()["id"] == str(old.pk)
    assert alice.ask("DELETE", f"certificates/{new}/").status_code == 204
    assert alice.get(f"certificates/{new}/").status_code == 404
    assert alice.post(f"certificates/{old.pk}/roll-back/").json()["code"] == "certificates:nothing-to-roll-back"


def test_rotatekeys_seals_keys_and_kept_files_anew(alice: Caller, contoso: Organization, settings: Settings) -> None:
    settings.PORTAL_KEYRING = keyring_parse(KEY_ONE)
    made = certificate_made(HOST, organization=contoso)
    before = certificate_pem(made)
    upload_keep(actor=alice.user, name="a.pfx", data=b"kept" * 1000)
    settings.PORTAL_KEYRING = keyring_parse(f"{KEY_TWO},{KEY_ONE}")
    assert secrets_rotate().resealed == 2
    settings.PORTAL_KEYRING = keyring_parse(KEY_TWO)
    made.refresh_from_db()
    assert certificate_pem(made) == before
    assert upload_kept(actor=alice.user) == ("a.pfx", b"kept" * 1000)


def test_who_manages_no_certificates_at_all_is_refused_rather_than_asked_for_an_instance(contoso: Organization) -> None:
    ben = caller("ben@contoso.example", (Role.SYSTEM_CUSTOMIZER, contoso))
    assert sent(ben, pfx(leaf(HOST))).status_code == 403
