"""Files with web forms and entity forms: of the types and size that the form says, under entity permissions."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any

import pytest

from core.errors import Unavailable
from tests.builders.definitions import define_lead
from tests.builders.websites import RowsInMemory, SiteInMemory
from tests.websites.test_form_tags import OldSite
from tests.websites.visitor import Answer, Visitor
from websites.features.webforms.files import types_accepted
from websites.features.webforms.layout import layouts_forget
from websites.records.definitions import definitions_forget

PDF = ("plan.pdf", b"%PDF-1.7 plan")
GLOBAL, CONTACT, PARENT = 756150000, 756150001, 756150003


class FormWithFile(OldSite):
    """A form for leads at /ask/ that takes a file."""

    def __init__(self, rows: RowsInMemory, site: SiteInMemory, visitor: Visitor) -> None:
        super().__init__(rows, site)
        self.visitor = visitor
        self.role = next(iter(rows.tables["adx_webroles"]))
        self.of_lead = next(iter(rows.tables["adx_entitypermissions"]))
        rows.put("adx_entitypermissions", self.of_lead, adx_appendto=True)
        self.says(adx_attachfile=True)
        self.page("{% entityform name: 'Lead' %}")

    def says(self, **values: Any) -> None:
        self.rows.put("adx_entityforms", self.form, **values)

    def allow_notes(self, scope: int = GLOBAL, **values: Any) -> None:
        found = {"adx_entitylogicalname": "annotation", "adx_scope": scope, "adx_create": True, "adx_append": True}
        linked = {"adx_entitypermission_webrole": [{"adx_webroleid": self.role}]}
        self.site._put("adx_entitypermissions", **{**found, **linked, **values})

    def look(self) -> str:
        return self.visitor.get("/ask/").text

    def send(self, *file: tuple[str, bytes], company: str = "Wingtip", page: str = "") -> Answer:
        hidden = dict(re.findall(r'type="hidden" name="(_once|_step)" value="([^"]*)"', page or self.look()))
        files = dict.fromkeys(("file",), file[0]) if file else {}
        return self.visitor.post_form("/ask/", {"_action": "next", **hidden, "companyname": company}, files)

    @property
    def leads(self) -> list[str]:
        return list(self.rows.tables.get("leads", {}))

    @property
    def notes(self) -> list[dict[str, Any]]:
        return list(self.rows.tables.get("annotations", {}).values())


@pytest.fixture
def asked(rows: RowsInMemory, site: SiteInMemory, visitor: Visitor) -> FormWithFile:
    definitions_forget()
    layouts_forget()
    define_lead(rows)
    return FormWithFile(rows, site, visitor)


def test_a_file_becomes_a_note_on_the_row(asked: FormWithFile) -> None:
    asked.allow_notes()
    page = asked.look()
    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'<label class="field__label" for="file">Attach a file \(optional\)</label>', page)
    assert asked.send(("../../pl<an.pdf", PDF[1])).status == 303
    ((lead,), (note,)) = asked.leads, asked.notes
    assert note["_objectid_value"] == lead
    assert (note["filename"], note["mimetype"], note["notetext"]) == ("pl_an.pdf", "application/pdf", "*WEB*")
    assert (note["isdocument"], base64.b64decode(note["documentbody"])) == (True, PDF[1])


def test_a_form_may_be_sent_without_its_file(asked: FormWithFile) -> None:
    asked.allow_notes()
    assert (asked.send().status, len(asked.leads), asked.notes) == (303, 1, [])


def test_a_form_that_wants_a_file_says_so_beside_the_field(asked: FormWithFile) -> None:
    asked.allow_notes()
    asked.says(adx_attachfilerequired=True, adx_attachfilelabel="Your <plan>")
    page = asked.look()
    assert re.search(r'for="file">Your &lt;plan&gt;</label>', page)
    assert re.search(r'<input[^>]*name="file"[^>]* required', page)
    answer = asked.send(company="x" * 101)
    assert (answer.status, "100 characters" in answer.text) == (400, True)
    assert re.search(r'id="file-problem">Please fill in this field\.', answer.text)
    assert asked.leads == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("plan.exe", b"MZ"), "Possible are: png, jpg, jpeg, gif, webp, docx."),
        (PDF, "Files of this type cannot be sent."),
        (("plan.png", b"%PDF-1.7"), "not what its name says"),
        (("plan.png", b"\x89PNG\r\n\x1a\n" + b"x" * 600_000), "at most 0.5 MB"),
    ],
)
def test_what_the_form_does_not_take_is_refused_and_nothing_is_written(
    asked: FormWithFile, file: tuple[str, bytes], sentence: str
) -> None:
    asked.allow_notes()
    asked.says(adx_attachfileaccept="image/*, .docx", adx_attachfilerestrictaccept=True, adx_attachfilemaxsize=512)
    assert 'accept=".png,.jpg,.jpeg,.gif,.webp,.docx"' in asked.look()
    answer = asked.send(file)
    assert (answer.status, sentence in answer.text, 'value="Wingtip"' in answer.text) == (400, True, True)
    assert re.search(r'aria-describedby="file-hint file-problem" aria-invalid="true"', answer.text)
    assert (asked.leads, asked.notes) == ([], [])


def test_types_that_are_not_restricted_are_only_offered_first(asked: FormWithFile) -> None:
    asked.allow_notes()
    asked.says(adx_attachfileaccept="image/png")
    assert 'accept=".png"' in asked.look()
    assert (asked.send(PDF).status, len(asked.notes)) == (303, 1)


@pytest.mark.parametrize("missing", ["adx_create", "adx_append"])
def test_without_the_right_to_write_notes_no_file_is_taken(asked: FormWithFile, missing: str) -> None:
    asked.allow_notes(**{missing: False})
    page = asked.look()
    assert ('type="file"' in page, "multipart" in page) == (False, False)
    assert (asked.send(PDF).status, len(asked.leads), asked.notes) == (303, 1, [])


def test_a_form_that_wants_a_file_nobody_may_send_is_not_shown(asked: FormWithFile) -> None:
    asked.says(adx_attachfilerequired=True)
    page = asked.look()
    assert ("cannot be shown" in page, "companyname" in page) == (True, False)
    assert (asked.send(PDF).status, asked.leads) == (400, [])


@pytest.mark.parametrize(
    ("of", "status", "counts"), [("Lead", 303, (1, 1)), ("Mine", 403, (0, 0)), ("Case", 303, (1, 0))]
)
def test_a_permission_beneath_another_holds_for_rows_of_that_other(
    asked: FormWithFile, of: str, status: int, counts: tuple[int, int]
) -> None:
    cases = asked.site._put("adx_entitypermissions", adx_entitylogicalname="incident", adx_scope=GLOBAL)
    mine = asked.site._put("adx_entitypermissions", adx_entitylogicalname="lead", adx_scope=CONTACT)
    above = {"Lead": asked.of_lead, "Mine": mine, "Case": cases}[of]
    name = "Incident_Annotation" if of == "Case" else "Lead_Annotation"
    asked.allow_notes(PARENT, adx_parentrelationship=name, _adx_parententitypermission_value=above)
    assert ('type="file"' in asked.look()) is (of != "Case")
    assert (asked.send(PDF).status, (len(asked.leads), len(asked.notes))) == (status, counts)


def test_a_file_that_could_not_be_kept_is_added_by_sending_again(
    asked: FormWithFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.allow_notes()
    page, upsert = asked.look(), asked.rows.upsert

    def broken(entity_set: str, id: uuid.UUID, values: Any) -> None:
        if entity_set == "annotations":
            raise Unavailable("The organization does not answer.")
        upsert(entity_set, id, values)

    monkeypatch.setattr(asked.rows, "upsert", broken)
    answer = asked.send(PDF, page=page)
    assert (answer.status, "could not be sent just now" in answer.text, asked.notes) == (503, True, [])
    monkeypatch.undo()
    for _ in range(2):
        assert asked.send(PDF, page=answer.text).status == 303
    assert (len(asked.leads), len(asked.notes)) == (1, 1)


def test_a_step_of_a_web_form_takes_a_file_and_may_be_nothing_else(asked: FormWithFile) -> None:
    asked.allow_notes()
    form = asked.site._put("adx_webforms", adx_name="Long")
    step: dict[str, Any] = {
        "adx_type": 100000001,
        "adx_mode": 100000000,
        "adx_targetentitylogicalname": "lead",
        "adx_name": "Files",
    }
    file: dict[str, Any] = {
        "adx_attachfile": True,
        "adx_attachfilerestrictaccept": True,
        "adx_accept": "application/pdf",
    }
    asked.site._put("adx_webformsteps", _adx_webform_value=form, **step, **file)
    asked.site.page("Long", "long", parent=asked.site.home, template="Plain", adx_copy="{% webform name: 'Long' %}")
    page = asked.visitor.get("/long/").text
    hidden = dict(re.findall(r'type="hidden" name="(_once|_step)" value="([^"]*)"', page))
    answer = asked.visitor.post_form("/long/", {"_action": "next", **hidden}, {"file": PDF})
    assert (answer.status, len(asked.leads), len(asked.notes)) == (303, 1, 1)


@pytest.mark.parametrize(
    ("accept", "types"),
    [
        ("image/jpg", ("jpg", "jpeg")),
        ("IMAGE/; .PDF", ("pdf", "png", "jpg", "jpeg", "gif", "webp")),
        ("audio/*, video/*, .exe, application/x-msdownload", ()),
        ("*.zip", ("zip",)),
    ],
)
def test_accepted_types_are_read_as_they_are_written(accept: str, types: tuple[str, ...]) -> None:
    assert types_accepted(accept) == types
