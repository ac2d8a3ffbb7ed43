"""ImportTranslation and ExportTranslation: a zip with CrmTranslations.xml, a workbook with a column for each language.

What a translation file says is what people want: it goes into the unmanaged layer, where no import hides it. A text
that is the same as the one already seen changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import io
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from organizations.embedded.call import ENTITY
from organizations.embedded.errors import DataverseError, bad_request
from organizations.embedded.models import EmbeddedOrganization, Label, StagedUpload
from organizations.embedded.solutions import jobs
from organizations.embedded.solutions.archive import BadArchive, BadXml, archive_read, xml_read
from organizations.embedded.solutions.checks import installed
from organizations.embedded.solutions.history import Deed, History, failure_of, now
from organizations.embedded.solutions.install import object_id
from organizations.embedded.solutions.labels import LONGEST, Kind, LabelText, labels_of_many, layer_write
from organizations.embedded.solutions.package import ATTRIBUTE
from organizations.embedded.solutions.spreadsheet import BadWorkbook, Sheet, workbook_read, workbook_write

FILE = "CrmTranslations.xml"
NEEDED = (FILE, "[Content_Types].xml")
LABELS = "Localized Labels"
HEAD = ("Entity name", "Object ID", "Object Column Name")
_CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/octet-stream" /></Types>'
)
# The name of a text in the file, by component type and kind.
_COLUMN_NAMES = {
    (ENTITY, Kind.NAME): "LocalizedName",
    (ENTITY, Kind.PLURAL): "LocalizedCollectionName",
    (ENTITY, Kind.DESCRIPTION): "Description",
    (ATTRIBUTE, Kind.NAME): "DisplayName",
    (ATTRIBUTE, Kind.DESCRIPTION): "Description",
}


def translation_import(tenant: EmbeddedOrganization, encoded: object) -> None:
    """ImportTranslation.

    Raises:
        DataverseError: the file is bad; 429, something else runs. Nothing of a bad file is taken.
    """
    content = _decoded(encoded)
    with jobs.turn_held(tenant, "ImportTranslation"):
        History(tenant, Deed.IMPORT_TRANSLATION).recorded(lambda: _take(tenant, content))


def translation_start(tenant: EmbeddedOrganization, encoded: object, import_job: object) -> uuid.UUID:
    """ImportTranslationAsync; the id of its system job."""
    jobs.jobs_resume(tenant)
    upload = StagedUpload.objects.create(tenant=tenant, package=_decoded(encoded))
    activity = _guid(import_job)
    job = jobs.job_create(tenant, TRANSLATE, {"upload": str(upload.pk), "activity": str(activity)})
    jobs.job_start(tenant, job)
    return job


def translation_run(tenant: EmbeddedOrganization, job: uuid.UUID, data: Mapping[str, Any]) -> None:
    """The system job's work."""
    jobs.job_begin(tenant, job, now())
    upload = StagedUpload.objects.filter(tenant=tenant, pk=data["upload"]).first()
    error: DataverseError | None = None
    history = History(tenant, Deed.IMPORT_TRANSLATION, activity=uuid.UUID(data["activity"]))
    try:
        history.recorded(lambda: _take(tenant, bytes(upload.package) if upload else b""))
    except DataverseError as refused:
        error = failure_of(refused, "ImportTranslation")
    if upload is not None:
        upload.delete()
    jobs.job_end(tenant, job, now(), error)


TRANSLATE = jobs.work_register(
    jobs.Work("ImportTranslation", "Import Translation", "ImportTranslation", 210, translation_run)
)


def translation_export(tenant: EmbeddedOrganization, name: object) -> str:
    """ExportTranslation: the zip in base64 with the texts of the solution's components in every active language.

    Raises:
        DataverseError: 404, there is no such solution.
    """
    solution = installed(tenant, str(name)) if isinstance(name, str) else None
    if solution is None:
        raise DataverseError(404, "0x80040217", f"The solution '{str(name)[:80]}' Does Not Exist")
    rows = Label.objects.filter(tenant=tenant, solution_id=solution["solutionid"])
    components = sorted(set(rows.values_list("component", flat=True)))
    information = [["Organization ID", str(tenant.pk)], ["Solution", solution["uniquename"]]]
    sheets = [Sheet("Information", information), Sheet(LABELS, _lines(tenant, components))]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FILE, workbook_write(sheets))
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
    return base64.b64encode(packed.getvalue()).decode()


def _lines(tenant: EmbeddedOrganization, components: Sequence[str]) -> list[list[str]]:
    texts, lcids = labels_of_many(tenant, components), list(tenant.languages)
    lines = [[*HEAD, *map(str, lcids)]]
    for component in components:
        type_ = _type_of(component)
        for kind, by_lcid in texts.get(component, {}).items():
            shown = [by_lcid[lcid].text if lcid in by_lcid else "" for lcid in lcids]
            id, column = str(object_id(type_, component)), _COLUMN_NAMES[type_, Kind(kind)]
            lines.append([component.partition(".")[0], id, column, *shown])
    return lines


def _take(tenant: EmbeddedOrganization, content: bytes) -> int:
    try:
        members = archive_read(content, NEEDED)
        sheets = workbook_read(xml_read(members[FILE]))
    except BadArchive as wrong:
        raise _bad_file(str(wrong)) from wrong
    except (BadXml, BadWorkbook) as wrong:
        raise _bad_text(str(wrong)) from wrong
    _require_solution(tenant, sheets.get("Information", []))
    return layer_write(tenant, None, _changes(tenant, sheets.get(LABELS)), is_whole=False)


def _require_solution(tenant: EmbeddedOrganization, information: Iterable[Sequence[str]]) -> None:
    named = next((row[1] for row in information if len(row) > 1 and row[0] == "Solution"), "")
    if named and installed(tenant, named) is None:
        text = (
            "An error occurred while importing the translations. The solution associated with the translations does "
            "not exist in this system."
        )
        raise DataverseError(400, "0x80048047", text)


def _changes(tenant: EmbeddedOrganization, rows: list[list[str]] | None) -> list[LabelText]:
    """What the file says otherwise than it is seen now."""
    if not rows:
        raise _bad_text(f"The sheet '{LABELS}' is missing or empty.")
    lcids = _languages(rows[0])
    known = _components(tenant)
    told = [text for number, row in enumerate(rows[1:], start=2) for text in _texts(number, row, lcids, known)]
    seen = labels_of_many(tenant, {text.component for text in told})
    return [text for text in told if _seen_text(seen, text) != text.text]


def _seen_text(seen: Mapping[str, Any], text: LabelText) -> str | None:
    found = seen.get(text.component, {}).get(text.kind, {}).get(text.lcid)
    return found.text if found else None


def _languages(head: Sequence[str]) -> list[int]:
    if tuple(head[:3]) != HEAD or not all(cell.isascii() and cell.isdecimal() and len(cell) < 7 for cell in head[3:]):
        raise _bad_text(f"The first row of the sheet '{LABELS}' is not {', '.join(HEAD)} and languages.")
    return [int(cell) for cell in head[3:]]


def _components(tenant: EmbeddedOrganization) -> dict[tuple[str, str], tuple[str, Kind]]:
    """(object id, column name) of every text that is there -> its component and kind."""
    known: dict[tuple[str, str], tuple[str, Kind]] = {}
    for component in Label.objects.filter(tenant=tenant).values_list("component", flat=True).distinct():
        for (type_, kind), name in _COLUMN_NAMES.items():
            if type_ == _type_of(component):
                known[str(object_id(type_, component)), name] = (component, kind)
    return known


def _texts(
    number: int, row: Sequence[str], lcids: Sequence[int], known: Mapping[tuple[str, str], tuple[str, Kind]]
) -> list[LabelText]:
    if not any(row):
        return []
    if any(len(cell) > LONGEST for cell in row):
        raise _bad_text(f"Row {number}: a text is longer than {LONGEST} characters.")
    if len(row) > 3 + len(lcids):
        raise _bad_text(f"Row {number}: there are more texts than languages.")
    found = known.get((row[1].strip("{}").lower(), row[2])) if len(row) > 2 else None
    if found is None:
        raise _bad_text(f"Row {number}: there is no such component.")
    component, kind = found
    return [LabelText(component, kind, lcid, text) for lcid, text in zip(lcids, row[3:], strict=False) if text]


def _type_of(component: str) -> int:
    return ATTRIBUTE if "." in component else ENTITY


def _decoded(encoded: object) -> bytes:
    if not isinstance(encoded, str):
        raise bad_request("TranslationFile is missing.", "0x80048d19")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise bad_request("TranslationFile is not base64.", "0x80048d19") from wrong


def _guid(told: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(told)) if told is not None else uuid.uuid4()
    except ValueError as wrong:
        raise bad_request("ImportJobId is not a GUID.", "0x80048d19") from wrong


def _bad_file(why: str) -> DataverseError:
    text = (
        "The translation file is invalid. The compressed file must contain the following files at its root: "
        f"{FILE}, [Content_Types].xml. {why}"
    )
    return DataverseError(400, "0x80048061", text)


def _bad_text(why: str) -> DataverseError:
    return DataverseError(400, "0x80060752", f"Errors were encountered while processing the translations. {why}")
