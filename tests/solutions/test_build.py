"""The zips: what real solution packages look like, and the same bytes every time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from organizations.embedded.registry import TABLES, Kind
from solutions.build import package_zip, translation_zip
from solutions.catalog import packages
from solutions.sources import BadSource, source_read, sources

TOML = """
unique_name = "Example"
friendly_name = "Dynamics 365 Portals - Example"
version = "9.2.1.0"
description = "An example."
features = []
extends = []

[translations]
1031 = "Dynamics 365 Portals - Beispiel"

[requires]
MicrosoftCrmPortalBase = "9.2.0.0"

[tables.adx_example]
1033 = ["Example", "Examples"]
"""


def member(unique_name: str, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package_zip(unique_name))) as archive:
        return archive.read(name)


def manifest(unique_name: str) -> Element:
    root: Element = fromstring(member(unique_name, "solution.xml").decode("utf-8-sig"))
    found = root.find("SolutionManifest")
    assert found is not None
    return found


@pytest.mark.parametrize("unique_name", sorted(packages()))
def test_every_package_is_a_solution_zip(unique_name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(package_zip(unique_name))) as archive:
        assert {"solution.xml", "customizations.xml", "[Content_Types].xml"} <= set(archive.namelist())
        assert archive.testzip() is None
    found = manifest(unique_name)
    assert found.findtext("UniqueName") == unique_name
    assert found.findtext("Version") == packages()[unique_name].version
    assert found.findtext("Managed") == "1"
    assert found.findtext("Publisher/CustomizationPrefix") == "adx"


def test_the_manifest_begins_with_a_byte_order_mark() -> None:
    assert member("Feedback", "solution.xml").startswith(b"\xef\xbb\xbf<?xml")


def test_the_manifest_names_the_tables_it_brings_and_those_it_only_extends() -> None:
    roots = manifest("KnowledgeManagement").findall("RootComponents/RootComponent")
    assert [(root.get("schemaName"), root.get("behavior")) for root in roots if root.get("type") == "1"] == [
        ("knowledgearticle", "2"),
        ("knowledgearticleviews", "2"),
    ]
    blogs = [root.get("schemaName") for root in manifest("MicrosoftBlogs").findall("RootComponents/RootComponent")]
    assert blogs[:2] == ["adx_blog", "adx_blogpost"]


def test_no_table_is_brought_by_two_packages() -> None:
    brought = [
        root.get("schemaName")
        for name in packages()
        for root in manifest(name).findall("RootComponents/RootComponent")
        if root.get("behavior") == "0"
    ]
    assert len(brought) == len(set(brought))


@pytest.mark.parametrize("unique_name", sorted(packages()))
def test_missing_dependencies_are_the_packages_requirements(unique_name: str) -> None:
    required = manifest(unique_name).findall("MissingDependencies/MissingDependency/Required")
    assert [element.get("solution") for element in required] == [
        f"{need.unique_name} ({need.minimum})" for need in packages()[unique_name].requires
    ]
    assert all(element.get("displayName") and element.get("schemaName") for element in required)


def test_table_names_come_in_several_languages() -> None:
    root: Element = fromstring(member("MicrosoftForums", "customizations.xml"))
    labels = {
        label.get("languagecode"): label.get("description")
        for label in root.findall("Entities/Entity/EntityInfo/entity[@Name='adx_communityforum']/LocalizedNames/*")
    }
    assert labels == {"1033": "Forum", "1031": "Forum", "1036": "Forum", "3082": "Foro"}


@pytest.mark.parametrize("unique_name", sorted(packages()))
def test_every_table_and_column_has_a_name_in_english_german_and_french(unique_name: str) -> None:
    root: Element = fromstring(member(unique_name, "customizations.xml"))
    places = root.findall("Entities/Entity/EntityInfo/entity/LocalizedNames")
    places += root.findall("Entities/Entity/EntityInfo/entity/attributes/attribute/displaynames")
    for names in places:
        spoken = {name.get("languagecode") for name in names if name.get("description")}
        assert {"1033", "1031", "1036"} <= spoken


def test_a_column_of_a_standard_table_belongs_to_one_package() -> None:
    added = [
        f"{table.logical_name}.{column.name}"
        for source in sources().values()
        for table in source.tables
        if table.is_extended
        for column in table.columns
    ]
    ours = {
        f"{table.name}.{column}"
        for table in TABLES.values()
        if table.kind is Kind.STANDARD
        for column in table.columns
        if column.startswith(("adx_", "msa_", "msdyn_"))
    }
    assert sorted(added) == sorted(ours)


def test_columns_come_with_type_and_length() -> None:
    root: Element = fromstring(member("MicrosoftIdentity", "customizations.xml"))
    found = root.find(".//attribute[@PhysicalName='adx_identity_username']")
    assert found is not None
    told = {part.tag: part.text for part in found if part.text and part.text.strip()}
    assert told == {
        "Type": "nvarchar",
        "Name": "adx_identity_username",
        "LogicalName": "adx_identity_username",
        "RequiredLevel": "none",
        "MaxLength": "100",
    }


def test_a_package_of_translations_has_the_installed_version_and_nothing_new() -> None:
    there = frozenset({"adx_blog", "adx_blog.adx_name"})
    with zipfile.ZipFile(io.BytesIO(translation_zip("MicrosoftBlogs", "9.2.0.7", there))) as archive:
        told: Element = fromstring(archive.read("solution.xml").decode("utf-8-sig"))
        customizations: Element = fromstring(archive.read("customizations.xml"))
    assert told.findtext("SolutionManifest/Version") == "9.2.0.7"
    roots = told.findall("SolutionManifest/RootComponents/RootComponent[@type='1']")
    assert [root.get("schemaName") for root in roots] == ["adx_blog"]
    assert [column.findtext("Name") for column in customizations.iter("attribute")] == ["adx_name"]


def test_another_process_builds_the_same_bytes() -> None:
    program = (
        "from solutions.build import package_zip; from solutions.catalog import packages; from hashlib import sha256;"
        "print(sha256(b''.join(package_zip(name) for name in sorted(packages()))).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    here = sha256(b"".join(package_zip(name) for name in sorted(packages()))).hexdigest()
    assert told.stdout.strip() == here


def test_an_unknown_package_is_said_so() -> None:
    with pytest.raises(KeyError):
        package_zip("NoSuchPackage")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("9.2.1.0", "9.2"), "no version of four numbers"),
        (('"Example"\nfriendly', '"Other"\nfriendly'), "the unique name must be the folder's name"),
        (("extends = []", "extends = ['contact']"), "no labels for the tables"),
        (("[requires]", "[columns]\naccount = ['adx_name']\n[requires]"), "get columns and are not extended"),
        (("1033 =", "1031 ="), "has no English name"),
        (("1031 =", "1025 ="), "are no portal languages"),
        (("features = []", ""), "are missing or unknown"),
        (("features = []", "features = []\ncolour = 1"), "'colour'"),
        (("features = []", "features = ["), "package.toml"),
    ],
)
def test_a_wrong_source_is_refused_with_its_name(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    path = tmp_path / "Example" / "package.toml"
    path.parent.mkdir()
    path.write_text(TOML.replace(*change), "utf-8")
    with pytest.raises(BadSource, match=r"Example/package\.toml") as refused:
        source_read(path)
    assert sentence in str(refused.value)


def test_a_right_source_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Example" / "package.toml"
    path.parent.mkdir()
    path.write_text(TOML, "utf-8")
    read = source_read(path)
    assert read.friendly_names[1031] == "Dynamics 365 Portals - Beispiel"
    assert dict(read.requires) == {"MicrosoftCrmPortalBase": "9.2.0.0"}
