"""The Certificates tab: what it shows to whom, and that nobody uploads a file twice."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from domains.models import Certificate, CertificateUpload
from tests.builders.certificates import PASSWORD, certificate_made, leaf, pfx
from tests.builders.organizations import alice, bob, charlie, contoso, fabrikam

pytestmark = pytest.mark.django_db
UPLOAD = "/certificates/upload/"


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def sent(data: bytes, name: str = "contoso.pfx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/x-pkcs12")


def test_the_tab_shows_subject_names_expiry_thumbprint_and_who_uses_it() -> None:
    organization = contoso()
    made = certificate_made("support.example.test", "www.example.test", organization=organization)
    page = signed_in(alice(organization)).get("/certificates/").content.decode()
    for told in ("support.example.test", "www.example.test", made.thumbprint, "Expires in 8", "Not in use", "Valid"):
        assert told in page


def test_nobody_sees_another_organizations_certificates() -> None:
    organization, other = contoso(), fabrikam()
    hidden = certificate_made("support.fabrikam.test", organization=other)
    client = signed_in(alice(organization))
    assert "support.fabrikam.test" not in client.get("/certificates/").content.decode()
    assert client.get(f"/certificates/{hidden.pk}/").status_code == 404
    assert "No certificates yet" in signed_in(charlie()).get("/certificates/").content.decode()


def test_a_customizer_looks_and_does_not_change() -> None:
    organization = contoso()
    made = certificate_made("support.example.test", organization=organization)
    client = signed_in(bob(organization))
    assert "Only a system administrator" in client.get(f"/certificates/{made.pk}/").content.decode()
    for path in ("replace", "delete"):
        assert client.get(f"/certificates/{made.pk}/{path}/").status_code == 403
    assert client.post(f"/certificates/{made.pk}/roll-back/").status_code == 403
    assert client.post(UPLOAD, {}).status_code == 403


def test_an_upload_leads_to_the_certificate() -> None:
    organization = contoso()
    client = signed_in(alice(organization))
    values = {"organization": organization.pk, "password": PASSWORD, "file": sent(pfx(leaf("a.example.test")))}
    answer = client.post(UPLOAD, values)
    made = Certificate.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/certificates/{made.pk}/"
    assert "a.example.test" in client.get(answer.headers["Location"]).content.decode()


def test_after_a_wrong_password_only_the_password_is_typed_again() -> None:
    organization = contoso()
    client = signed_in(alice(organization))
    values = {"organization": organization.pk, "password": "wrong", "file": sent(pfx(leaf("a.example.test")))}
    page = client.post(UPLOAD, values)
    assert page.status_code == 400
    assert "The password is wrong, or the file is damaged" in page.content.decode()
    assert "contoso.pfx is kept" in page.content.decode()
    assert "wrong" not in CertificateUpload.objects.get().file
    answer = client.post(UPLOAD, {"organization": organization.pk, "password": PASSWORD})
    assert answer.status_code == 302
    assert Certificate.objects.get().names == ["a.example.test"]
    assert not CertificateUpload.objects.exists()


def test_a_kept_file_is_its_owners_alone() -> None:
    organization = contoso()
    values = {"organization": organization.pk, "password": "wrong", "file": sent(pfx(leaf("a.example.test")))}
    signed_in(alice(organization)).post(UPLOAD, values)
    from tests.builders.organizations import global_admin

    page = signed_in(global_admin()).post(UPLOAD, {"organization": organization.pk, "password": PASSWORD})
    assert "Select a .pfx file" in page.content.decode()
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The selected file is empty"),
        (b"x" * (3 * 1024 * 1024), "The selected file must be smaller than 1 MB"),
        (b"-----BEGIN CERTIFICATE-----", "The selected file must be a .pfx file. This is a text file of the kind PEM."),
    ],
)
def test_a_file_that_cannot_be_used_is_named_beside_its_field(data: bytes, sentence: str) -> None:
    organization = contoso()
    values = {"organization": organization.pk, "password": "x", "file": sent(data)}
    page = signed_in(alice(organization)).post(UPLOAD, values)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert not CertificateUpload.objects.exists()  # another password would not help


def test_a_file_name_cannot_bring_markup_into_the_page() -> None:
    organization = contoso()
    file = sent(pfx(leaf("a.example.test")), name="<b>x.pfx")
    values = {"organization": organization.pk, "password": "wrong", "file": file}
    page = signed_in(alice(organization)).post(UPLOAD, values).content.decode()
    assert "<b>x" not in page
    assert "_b_x.pfx is kept" in page


def test_the_list_takes_as_many_queries_for_many_rows(django_assert_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    organization = contoso()
    client = signed_in(alice(organization))
    client.get("/certificates/")  # the tabs are asked for once a minute
    counts = []
    for round_ in range(2):
        for number in range(5):
            certificate_made(f"h{round_}-{number}.example.test", organization=organization)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/certificates/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_deleting_erases_the_key() -> None:
    organization = contoso()
    made = certificate_made("support.example.test", organization=organization)
    client = signed_in(alice(organization))
    assert "erased" in client.get(f"/certificates/{made.pk}/delete/").content.decode()
    assert client.post(f"/certificates/{made.pk}/delete/").status_code == 302
    made.refresh_from_db()
    assert made.deleted_at is not None
    assert made.key_sealed == ""
    assert client.get(f"/certificates/{made.pk}/").status_code == 404
