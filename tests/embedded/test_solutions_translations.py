"""Languages and translation files of an organization: what an import installs, and what people change."""

from __future__ import annotations

import base64
import io
import uuid
import zipfile
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from organizations.embedded.models import StagedUpload
from organizations.embedded.solutions.labels import labels_of
from organizations.embedded.solutions.spreadsheet import Sheet, workbook_read, workbook_write
from organizations.models import Organization
from solutions.build import package_zip
from tests.builders.organizations import contoso, tenant_of
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db

PACKAGE = "MicrosoftCrmPortalDependencies"
TABLE = "account"


@pytest.fixture
def organization() -> Organization:
    return contoso(contacts=(), languages=(1033, 1031))


@pytest.fixture
def wire(organization: Organization) -> Wire:
    return wire_to(organization)


def install(wire: Wire, **more: Any) -> None:
    wire.post("ImportSolution", {"CustomizationFile": base64.b64encode(package_zip(PACKAGE)).decode(), **more})


def names(organization: Organization, component: str = TABLE) -> dict[int, tuple[str, bool]]:
    """LCID -> (name, is managed)."""
    told = labels_of(tenant_of(organization), component).get("DisplayName", {})
    return {lcid: (text.text, text.is_managed) for lcid, text in told.items()}


def file(rows: list[list[str]] | None = None, *, members: dict[str, bytes] | None = None, solution: str = "") -> str:
    """A translation file with these rows of Localized Labels, in base64."""
    sheets = [Sheet("Information", [["Solution", solution]]), Sheet("Localized Labels", rows or [])]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in (members or {"CrmTranslations.xml": workbook_write(sheets)}).items():
            archive.writestr(name, content)
        archive.writestr("[Content_Types].xml", b"<Types />")
    return base64.b64encode(packed.getvalue()).decode()


def exported(wire: Wire) -> list[list[str]]:
    """The rows of Localized Labels as they are exported."""
    told = wire.post("ExportTranslation", {"SolutionName": PACKAGE}, status=200)["ExportTranslationFile"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(told))) as archive:
        assert set(archive.namelist()) == {"CrmTranslations.xml", "[Content_Types].xml"}
        return workbook_read(fromstring(archive.read("CrmTranslations.xml")))["Localized Labels"]


def line(rows: list[list[str]], text: str) -> list[str]:
    return next(list(row) for row in rows if text in row)


def test_an_import_installs_the_texts_of_active_languages_only(organization: Organization, wire: Wire) -> None:
    install(wire)
    assert names(organization) == {1033: ("Account", True), 1031: ("Firma", True)}
    assert names(organization, "contact.adx_timezone")[1031] == ("Zeitzone", True)


def test_a_language_that_is_activated_later_gets_its_texts_with_the_next_import(
    organization: Organization, wire: Wire
) -> None:
    install(wire)
    wire.post("ProvisionLanguage", {"Language": 1036})
    assert wire.get("RetrieveProvisionedLanguages()")["RetrieveProvisionedLanguages"] == [1031, 1033, 1036]
    assert 1036 not in names(organization)
    install(wire)
    assert names(organization)[1036] == ("Compte", True)


def test_a_language_is_activated_by_a_job_as_well(wire: Wire) -> None:
    job = wire.post("ProvisionLanguageAsync", {"Language": 1040}, status=200)["AsyncOperationId"]
    row = wire.get(f"asyncoperations({job})")
    assert (row["operationtype"], row["statuscode"]) == (209, 30)
    assert 1040 in wire.get("RetrieveProvisionedLanguages()")["RetrieveProvisionedLanguages"]
    history = wire.get("msdyn_solutionhistories")["value"]
    assert [(row["msdyn_operation"], row["msdyn_name"]) for row in history] == [(5, "1040")]


@pytest.mark.parametrize("language", [4, "1036", None, True])
def test_a_language_that_there_is_none_of_is_refused(wire: Wire, language: object) -> None:
    wire.post("ProvisionLanguage", {"Language": language}, status=400)
    wire.post("ProvisionLanguageAsync", {"Language": language}, status=400)


def test_what_people_translate_stays_when_the_solution_is_imported_again(
    organization: Organization, wire: Wire
) -> None:
    install(wire)
    rows = exported(wire)
    changed = line(rows, "Firma")
    changed[changed.index("Firma")] = "Kundenfirma"
    wire.post("ImportTranslation", {"TranslationFile": file([rows[0], changed], solution=PACKAGE)})
    assert names(organization)[1031] == ("Kundenfirma", False)
    assert names(organization)[1033] == ("Account", True)
    install(wire)
    assert names(organization)[1031] == ("Kundenfirma", False)
    install(wire, OverwriteUnmanagedCustomizations=True)
    assert names(organization)[1031] == ("Firma", True)


def test_an_export_that_comes_back_unchanged_changes_nothing(organization: Organization, wire: Wire) -> None:
    install(wire)
    wire.post("ImportTranslation", {"TranslationFile": file(exported(wire))})
    assert names(organization) == {1033: ("Account", True), 1031: ("Firma", True)}


def test_cells_may_jump(organization: Organization, wire: Wire) -> None:
    install(wire)
    head, row = exported(wire)[0], line(exported(wire), "Firma")
    german = head.index("1031")
    jumping = [*row[:3], *[""] * (german - 3), "Unternehmen"]
    content = workbook_write([Sheet("Localized Labels", [head, jumping])])
    if german > 3:
        assert b"ss:Index" in content
    wire.post("ImportTranslation", {"TranslationFile": file(members={"CrmTranslations.xml": content})})
    assert names(organization)[1031] == ("Unternehmen", False)


def test_an_asynchronous_translation_is_a_job(organization: Organization, wire: Wire) -> None:
    install(wire)
    rows = exported(wire)
    changed = [cell.replace("Account", "Client") for cell in line(rows, "Account")]
    asked = {"TranslationFile": file([rows[0], changed]), "ImportJobId": str(uuid.uuid4())}
    job = wire.post("ImportTranslationAsync", asked, status=200)["AsyncOperationId"]
    row = wire.get(f"asyncoperations({job})")
    assert (row["operationtype"], row["statuscode"]) == (210, 30)
    assert names(organization)[1033] == ("Client", False)
    assert not StagedUpload.objects.exists()


HEAD = ["Entity name", "Object ID", "Object Column Name", "1033"]
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (base64.b64encode(b"nothing").decode(), "0x80048061"),
        ("???", "0x80048d19"),
        (None, "0x80048d19"),
        (file(members={"Other.xml": b"<a />"}), "0x80048061"),
        (file(members={"CrmTranslations.xml": b"\0" * 9_000_000}), "0x80060752"),
        (file(members={"CrmTranslations.xml": BOMB}), "0x80060752"),
        (file(members={"CrmTranslations.xml": b"<a />"}), "0x80060752"),
        (file(), "0x80060752"),
        (file([["Something", "else"]]), "0x80060752"),
        (file([[*HEAD[:3], "English"]]), "0x80060752"),
        (file([HEAD, ["account", str(uuid.uuid4()), "LocalizedName", "X"]]), "0x80060752"),
        (file([HEAD, ["account", str(uuid.uuid4()), "LocalizedName", "X" * 501]]), "0x80060752"),
        (file([HEAD], solution="NotThere"), "0x80048047"),
    ],
)
def test_a_bad_file_is_refused_with_its_code_and_changes_nothing(
    organization: Organization, wire: Wire, content: object, code: str
) -> None:
    install(wire)
    error = wire.post("ImportTranslation", {"TranslationFile": content}, status=400)["error"]
    assert error["code"] == code
    assert names(organization) == {1033: ("Account", True), 1031: ("Firma", True)}
    if isinstance(content, str) and code != "0x80048d19":
        ended = wire.get("msdyn_solutionhistories?$filter=msdyn_operation eq 6")["value"]
        assert [row["msdyn_result"] for row in ended] == [False]


def test_a_text_that_is_too_long_fails_the_whole_file(organization: Organization, wire: Wire) -> None:
    install(wire)
    rows = exported(wire)
    good, bad = line(rows, "Account"), line(rows, "Accounts")
    good[good.index("Account")] = "Client"
    bad[bad.index("Accounts")] = "C" * 501
    error = wire.post("ImportTranslation", {"TranslationFile": file([rows[0], good, bad])}, status=400)["error"]
    assert "longer than 500 characters" in error["message"]
    assert names(organization)[1033] == ("Account", True)


def test_an_export_of_nothing_is_refused(wire: Wire) -> None:
    wire.post("ExportTranslation", {"SolutionName": "Nothing"}, status=404)
    wire.post("ExportTranslation", {}, status=404)
