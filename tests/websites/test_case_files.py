"""Files that visitors send with a case: kept, given back as files, refused; and what markup in a text does."""

from __future__ import annotations

import base64
import io
import uuid

import pytest

from portals.models import Portal
from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, open_portal, starter_site
from tests.websites.case_rows import case_put, note_put, only
from tests.websites.visitor import Visitor
from websites.features.files import FileRules, name_cleaned

PAUL, ADVENTURE = uuid.UUID(int=7), uuid.UUID("44444444-4444-4444-8444-444444444444")

NEW, PDF = "/support/create-case/", b"%PDF-1.7\nhello"


@pytest.fixture
def portal(rows: RowsInMemory, visitor: Visitor) -> Portal:
    made = open_portal(starter_site(rows, "customer_self_service"))
    visitor.cookie = signed_in(made, account_id=ADVENTURE)
    return made


def test_markup_in_what_people_write_does_nothing(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    id_, path = case_put(rows, description="<script>alert(1)</script>", title="<img src=x onerror=alert(1)>")
    note_put(rows, id_, notetext="*WEB*<p onclick=alert(1)>Hello</p><iframe src=//evil.example></iframe>")
    page = visitor.get(path).text
    for bad in ("<script", "onerror=alert(1)>", "onclick", "<iframe"):
        assert bad not in page.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert "<p>Hello</p>" in page


# --- Files


def test_a_file_is_kept_with_the_case_and_comes_back_as_a_file(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    _, path = case_put(rows)
    sent = {"_action": "reply", "text": "", "_once": "w"}
    answer = visitor.post_form(path, sent, {"file": ("..\\..\\etc/photo of the ‮boiler.PDF", PDF)})
    assert answer.status == 303
    note = only(rows, "annotations")
    assert (note["filename"], note["mimetype"]) == ("photo of the boiler.PDF", "application/pdf")
    assert base64.b64decode(note["documentbody"]) == PDF
    assert note["notetext"] == "*WEB*"
    url = f"{path}files/{next(iter(rows.tables['annotations']))}/"
    assert url in visitor.get(path).text
    file = visitor.get(url)
    assert (file.status, file.body) == (200, PDF)
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == 'attachment; filename="photo of the boiler.PDF"'
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>alert(1)</script>", "type"),
        ("image.svg", b"<svg/>", "type"),
        ("tool.exe", b"MZ", "type"),
        ("pdf", PDF, "type"),
        ("x.pdf.exe", PDF, "type"),
        ("x.pdf", b"", "empty"),
        ("x.pdf", b"<html>", "not what its name says"),
        ("x.txt", b"a\x00b", "not what its name says"),
        ("x.txt", b"x" * (5 * 1024 * 1024 + 1), "too large"),
        ("x.txt", b"x" * (10 * 1024 * 1024 + 5000), "too large"),
    ],
)
def test_a_file_that_may_not_be_sent_is_refused_and_the_text_stays(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, name: str, content: bytes, said: str
) -> None:
    _, path = case_put(rows)
    answer = visitor.post_form(path, {"_action": "reply", "text": "See the file."}, {"file": (name, content)})
    assert answer.status == 400
    assert said in answer.text
    assert "See the file." in answer.text
    assert not rows.tables.get("annotations")
    assert not rows.tables.get("adx_portalcomments")


def test_a_form_larger_than_any_file_is_taken_to_its_end_and_refused(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edge that is still sending when the answer comes would tell the visitor that the service is away."""
    sent: list[io.BytesIO] = []

    class Sent(io.BytesIO):
        def __init__(self, content: bytes = b"") -> None:
            super().__init__(content)
            sent.append(self)

    monkeypatch.setattr("tests.websites.visitor.io.BytesIO", Sent)
    _, path = case_put(rows)
    assert visitor.post_form(path, {"_action": "reply"}, {"file": ("a.txt", b"x" * 12_000_000)}).status == 413
    assert max(sent, key=lambda stream: len(stream.getbuffer())).read() == b""


def test_files_of_other_cases_and_notes_for_colleagues_are_not_there(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    id_, path = case_put(rows, "CAS-1")
    own, _ = case_put(rows, "CAS-2")
    strange, _ = case_put(rows, "CAS-3", PAUL)
    file = {"filename": "a.txt", "documentbody": base64.b64encode(b"secret").decode()}
    hidden = [
        note_put(rows, id_, notetext="for colleagues", **file),
        note_put(rows, own, notetext="*WEB*", **file),
        note_put(rows, strange, notetext="*WEB*", **file),
        note_put(rows, id_, notetext="*WEB*no file"),
    ]
    for note in [*hidden, "../../etc/passwd", "x", str(uuid.uuid4()), hidden[0].upper()]:
        assert visitor.get(f"{path}files/{note}/").status == 404


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("/etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("..", ""),
        (".htaccess", "htaccess"),
        ('a"; filename="b.exe.txt', "a__ filename=_b.exe.txt"),
        ("a\r\nX-Evil: 1.txt", "1.txt"),
        ("a\x00b.txt", "ab.txt"),
        (f"{'x' * 300}.pdf", f"{'x' * 110}.pdf"),
    ],
)
def test_names_of_files_are_made_plain(name: str, cleaned: str) -> None:
    assert name_cleaned(name) == cleaned


def test_rules_that_make_no_sense_fall_back() -> None:
    assert FileRules.of(types=".PDF, exe, pdf,,", megabytes="many") == FileRules(("pdf",), 5)
    assert FileRules.of(types="", megabytes="9999") == FileRules((), 10)
