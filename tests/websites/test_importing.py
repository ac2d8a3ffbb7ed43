"""A site that the product line's tools exported becomes a website of an organization, over the real wire format."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from organizations.client import organization_client
from organizations.client.webapi import WebApiClient
from organizations.embedded.seed import SeedSolution
from organizations.models import Organization
from tests.builders.exports import IDS, export_new, export_old
from tests.builders.organizations import contoso
from websites.errors import ExportRefused
from websites.importing import SiteImport, site_import
from websites.importing.folder import export_read
from websites.importing.kinds import TABLES

pytestmark = pytest.mark.django_db
SITE = uuid.UUID("99999999-9999-4999-8999-999999999999")
PORTAL = SeedSolution(
    "PortalBase",
    "Portal base",
    "9.0.0.0",
    tuple(table for table in dict.fromkeys(TABLES.values()) if "form" not in table),
)


@pytest.fixture
def organization() -> Organization:
    return contoso(solutions=(PORTAL,))


@pytest.fixture
def client(organization: Organization) -> Generator[WebApiClient, None, None]:
    with organization_client(organization) as found:
        yield found


def count(client: WebApiClient, entity_set: str, website: uuid.UUID | str = SITE) -> int:
    return len(list(client.rows(entity_set, filter=f"_adx_websiteid_value eq {website}")))


def told(done: SiteImport, text: str) -> bool:
    return any(text in sentence for sentence in done.left)


@pytest.mark.parametrize("make", [export_new, export_old], ids=["a row a file", "lists of rows"])
def test_a_site_is_imported_and_every_page_is_made(
    client: WebApiClient, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    done = site_import(client, make(tmp_path), website_id=SITE, name="Coffee")
    assert (done.pages, done.problems) == (2, ())
    assert client.row("adx_websites", SITE)["adx_name"] == "Coffee"  # type: ignore[index]
    assert (count(client, "adx_webpages"), count(client, "adx_webfiles")) == (4, 1)
    (rule,) = client.rows("adx_webpageaccesscontrolrules", expand="adx_webpageaccesscontrolrule_webrole")
    assert [role["adx_name"] for role in rule["adx_webpageaccesscontrolrule_webrole"]] == ["Staff"]
    (note,) = client.rows("annotations", filter="isdocument eq true")
    assert note["mimetype"] == "image/svg+xml"
    assert note["documentbody"]


def test_what_is_not_supported_is_named(client: WebApiClient, tmp_path: Path) -> None:
    root = export_new(tmp_path)
    (root / "notes.txt").write_text("x")
    (root / "broken.sitesetting.yml").write_text("a: [")
    done = site_import(client, root, website_id=SITE)
    for text in (
        "cloudflowconsumer (1): Weather",
        "file notes.txt",
        "file broken.sitesetting.yml",
        "customjavascript of webpage Home: scripts are not run",
        "Liquid tag chart: in webtemplate Footer",
        "Liquid filter top_level: in webpage Home",
        "Liquid object ads: in webpage Home",
    ):
        assert told(done, text), (text, done.left)
    assert not told(done, "Liquid tag entityform")


def test_an_export_can_be_there_several_times(client: WebApiClient, tmp_path: Path) -> None:
    root = export_new(tmp_path)
    for website in (None, SITE, SITE):
        site_import(client, root, website_id=website)
    assert (count(client, "adx_webpages", IDS["site"]), count(client, "adx_webpages")) == (4, 4)
    assert client.row("adx_webpages", uuid.UUID(IDS["home"])) is not None


def test_rows_that_the_export_does_not_have_are_deleted_where_asked(client: WebApiClient, tmp_path: Path) -> None:
    root = export_new(tmp_path)
    site_import(client, root, website_id=SITE)
    (root / "sitesettings").rename(tmp_path / "gone")
    site_import(client, root, website_id=SITE)
    assert count(client, "adx_sitesettings") == 1
    site_import(client, root, website_id=SITE, replace=True)
    assert count(client, "adx_sitesettings") == 0


def test_a_text_that_is_too_long_is_cut_and_told(client: WebApiClient, tmp_path: Path) -> None:
    root = export_new(tmp_path)
    next((root / "webpages").glob("Home*.copy.html")).write_text("x" * 70_000)
    done = site_import(client, root, website_id=SITE)
    assert told(done, "webpage Home: copy is cut to 65536 characters")
    assert done.pages == 2


def test_a_page_that_cannot_be_made_is_told_with_its_reason(client: WebApiClient, tmp_path: Path) -> None:
    root = export_new(tmp_path)
    next((root / "webtemplates").glob("Header*.source.html")).write_text("{% include 'Nowhere' %}")
    (problem, _) = site_import(client, root, website_id=SITE).problems
    assert "there is no web template Nowhere" in problem.reason


def test_a_folder_without_a_site_is_refused(client: WebApiClient, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="not there"):
        site_import(client, tmp_path)


def test_an_organization_without_the_packages_is_refused(tmp_path: Path) -> None:
    with organization_client(contoso(solutions=())) as client, pytest.raises(ExportRefused, match="no table adx_web"):
        site_import(client, export_new(tmp_path))


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    root = export_new(tmp_path)
    outside = tmp_path / "secret.yml"
    outside.write_text("- {id: 1, name: secret}")
    (root / "x.sitesetting.yml").symlink_to(outside)
    (root / "webfiles" / "logo.svg").unlink()
    (root / "webfiles" / "logo.svg").symlink_to(outside)
    export = export_read(root)
    assert "secret" not in [record.name for record in export.records]
    assert [record.file for record in export.of("webfile")] == [None]


def test_the_command_says_what_it_did(organization: Organization, tmp_path: Path) -> None:
    out = StringIO()
    call_command("importsite", str(export_new(tmp_path)), "--organization", "contoso", "--new", "Coffee", stdout=out)
    assert "Pages: 2 of 2 are made without an error." in out.getvalue()
    assert "cloudflowconsumer (1): Weather" in out.getvalue()


@pytest.mark.parametrize(
    "options", [["--organization", "nobody"], ["--organization", "contoso", "--new", "A", "--website", str(SITE)]]
)
def test_the_command_refuses_what_cannot_be(organization: Organization, tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("importsite", str(export_new(tmp_path)), *options)
