"""Packages that somebody broke, by accident or on purpose: every one ends with the platform's own refusal."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from organizations.embedded.errors import DataverseError
from organizations.embedded.solutions.package import package_read, version_key
from organizations.embedded.solutions.spreadsheet import SS, BadWorkbook, workbook_read
from solutions.build import package_zip
from tests.organizations.packages import manifest, package

CODES = {"0x80048060", "0x8004802c", "0x8004f002", "0x8004f01e"}
MEMBERS = ("solution.xml", "customizations.xml", "[Content_Types].xml")


@cache
def good() -> bytes:
    return package_zip("MicrosoftBlogs")


def refusal(content: bytes) -> str:
    """The code with which a package is refused."""
    with pytest.raises(DataverseError) as refused:
        package_read(content)
    assert refused.value.status == 400
    return refused.value.code


def read_or_refused(content: bytes) -> None:
    """Nothing else may happen to it than being read or being refused."""
    code = ""
    try:
        package_read(content)
    except DataverseError as refused:
        code = refused.code
    assert code in {"", *CODES}


def with_members(**changes: bytes) -> bytes:
    """The good package with other content in some members; names as in MEMBERS, without their ending."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, changes.get(name.removesuffix(".xml"), source.read(name)))
    return packed.getvalue()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(with_members())
    for place, byte in changes:
        content[place % len(content)] = byte
    read_or_refused(bytes(content))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 2**31), st.binary(max_size=40))
def test_cut_and_spliced_bytes_are_read_or_refused(start: int, end: int, between: bytes) -> None:
    content = with_members()
    first, last = sorted((start % len(content), end % len(content)))
    read_or_refused(content[:first] + between + content[last:])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["solution", "customizations"]))
def test_members_of_any_bytes_are_read_or_refused(content: bytes, member: str) -> None:
    read_or_refused(with_members(**{member: content}))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_version_and_any_name_is_read_or_refused(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    read_or_refused(package(manifest(version=escaped)))
    read_or_refused(package(manifest(escaped)))


@given(st.lists(st.integers(0, 99), min_size=4, max_size=4), st.lists(st.integers(0, 99), min_size=4, max_size=4))
def test_versions_compare_as_numbers(one: list[int], other: list[int]) -> None:
    keys = [version_key(".".join(map(str, parts))) for parts in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


def test_a_member_that_grows_two_hundredfold_is_a_bomb() -> None:
    assert refusal(package(extra={"more.xml": b" " * (2 * 1024 * 1024)})) == "0x80048060"


def test_members_that_share_their_bytes_are_a_bomb() -> None:
    content = package(extra={"a.xml": bytes(range(256)) * 400})
    directory = content.rindex(b"PK\x01\x02")
    entry, end = content[directory : content.rindex(b"PK\x05\x06")], content[content.rindex(b"PK\x05\x06") :]
    names = [f"{letter}.xml".encode() for letter in "bcdefgh"]
    more = b"".join(entry.replace(b"a.xml", name) for name in names)
    total = int.from_bytes(end[10:12], "little") + len(names)
    size = int.from_bytes(end[12:16], "little") + len(more)
    count = total.to_bytes(2, "little")
    tail = end[:8] + count + count + size.to_bytes(4, "little") + end[16:]
    assert refusal(content[: directory + len(entry)] + more + tail) == "0x80048060"


@pytest.mark.parametrize("missing", MEMBERS)
def test_each_of_the_three_files_is_needed_and_named(missing: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as source, zipfile.ZipFile(packed, "w") as archive:
        for name in source.namelist():
            if name != missing:
                archive.writestr(name, source.read(name))
    with pytest.raises(DataverseError) as refused:
        package_read(packed.getvalue())
    assert refused.value.code == "0x80048060"
    assert refused.value.message.startswith(
        "The solution file is invalid. The compressed file must contain the following files at its root: "
        "solution.xml, customizations.xml, and [Content_Types].xml."
    )


def test_files_in_a_folder_are_not_at_the_root() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in MEMBERS:
            archive.writestr(f"Sample/{name}", "<a />")
    assert refusal(packed.getvalue()) == "0x80048060"


@pytest.mark.parametrize("name", ["a\\..\\..\\evil", "..\\evil", "x/../../evil", "\\\\host\\share", "c:evil"])
def test_no_path_leads_out(name: str) -> None:
    assert refusal(package(extra={name: b"x"})) == "0x80048060"


def test_a_billion_laughs_are_not_begun() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{laughs}]><ImportExportXml>&l9;</ImportExportXml>'
    assert refusal(with_members(solution=bomb.encode())) == "0x8004802c"
    assert refusal(with_members(customizations=bomb.encode())) == "0x8004802c"


def test_an_outside_entity_is_not_fetched() -> None:
    outside = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><ImportExportXml>&x;</ImportExportXml>'
    assert refusal(with_members(solution=outside.encode())) == "0x8004802c"


@pytest.mark.parametrize(
    "entity",
    [
        '<Entity><Name>a</Name><EntityInfo><entity><LocalizedNames><LocalizedName description="{long}" '
        'languagecode="1033" /></LocalizedNames></entity></EntityInfo></Entity>',
        '<Entity><Name>a</Name><EntityInfo><entity><LocalizedNames><LocalizedName description="x" '
        'languagecode="en" /></LocalizedNames></entity></EntityInfo></Entity>',
        "<Entity><Name>../a</Name><EntityInfo><entity /></EntityInfo></Entity>",
        "<Entity><EntityInfo><entity /></EntityInfo></Entity>",
    ],
)
def test_odd_customizations_are_refused(entity: str) -> None:
    told = f"<ImportExportXml><Entities>{entity.replace('{long}', 'x' * 501)}</Entities></ImportExportXml>"
    assert refusal(with_members(customizations=told.encode())) == "0x8004802c"


@pytest.mark.parametrize("index", ["0", "-1", "x", "2", "999999999", "1000", "²"])
def test_a_cell_cannot_jump_back_nor_far(index: str) -> None:
    cells = f'<Cell /><Cell /><Cell ss:Index="{index}"><Data>x</Data></Cell>'
    rows = f'<Worksheet ss:Name="S"><Table><Row>{cells}</Row></Table></Worksheet>'
    book = f'<Workbook xmlns="{SS}" xmlns:ss="{SS}">{rows}</Workbook>'
    with pytest.raises(BadWorkbook):
        workbook_read(fromstring(book))
