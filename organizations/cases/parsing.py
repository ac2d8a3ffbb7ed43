"""The organization's rows as cases: columns, labels, and what is missing in them."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import nh3

from organizations.cases.values import Case, CaseRow, Contact, Entry, EntryKind
from organizations.client.paging import FORMATTED
from organizations.errors import OrganizationUnavailable

CASE_COLUMNS = (
    "ticketnumber",
    "title",
    "statecode",
    "statuscode",
    "prioritycode",
    "caseorigincode",
    "createdon",
    "_customerid_value",
)
PERSON = "$select=fullname,emailaddress1,telephone1"
CONTACTS = ("customerid_contact", "primarycontactid", "responsiblecontactid")  # the nearest one first
NOTE_COLUMNS = ("subject", "notetext", "filename", "createdon", "_createdby_value")
COMMENT_COLUMNS = ("subject", "description", "adx_portalcommentdirectioncode", "createdon", "_createdby_value")
INCOMING = 1
MARKUP = re.compile(r"</?(?:div|p|br|span|ul|ol|li|b|strong|em|a|font)\b[^>]*>", re.IGNORECASE)
ON_THE_PORTAL = "*WEB*"  # how a note begins that the portal shows too

Row = dict[str, Any]


def row_of(found: Row) -> CaseRow:
    """A row of ``incidents``."""
    return CaseRow(
        id=_guid(found, "incidentid"),
        number=_text(found, "ticketnumber"),
        title=_text(found, "title"),
        customer=label(found, "_customerid_value"),
        state=int(found.get("statecode") or 0),
        status=label(found, "statuscode"),
        priority=label(found, "prioritycode"),
        origin=label(found, "caseorigincode"),
        created_at=moment_of(found, "createdon"),
    )


def case_of(found: Row) -> Case:
    """A row of ``incidents`` with its people expanded."""
    people = (_contact(found.get(name)) for name in CONTACTS)
    return Case(row_of(found), _text(found, "description"), next(filter(None, people), None))


def note_of(found: Row) -> Entry:
    """A row of ``annotations``."""
    text = plain(_text(found, "notetext")).removeprefix(ON_THE_PORTAL).strip()
    author, at = label(found, "_createdby_value"), moment_of(found, "createdon")
    return Entry(EntryKind.NOTE, _text(found, "subject"), text, author, at, _text(found, "filename"))


def comment_of(found: Row) -> Entry:
    """A row of ``adx_portalcomments``."""
    incoming = found.get("adx_portalcommentdirectioncode") == INCOMING
    kind = EntryKind.FROM_CUSTOMER if incoming else EntryKind.TO_CUSTOMER
    author, at = label(found, "_createdby_value"), moment_of(found, "createdon")
    return Entry(kind, _text(found, "subject"), _text(found, "description"), author, at)


def label(found: Row, column: str) -> str:
    """The column as the organization words it."""
    return str(found.get(f"{column}@{FORMATTED}") or "")


def plain(text: str) -> str:
    """A note without the markup that the organization's own editor puts into it; what people typed stays."""
    return html.unescape(nh3.clean(text, tags=set())).strip() if MARKUP.search(text) else text


def moment_of(found: Row, column: str) -> datetime:
    """A time of the organization's, in UTC.

    Raises:
        OrganizationUnavailable: it is none.
    """
    try:
        at = datetime.fromisoformat(str(found[column]))
    except (KeyError, ValueError) as wrong:
        raise _odd() from wrong
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _contact(found: Row | None) -> Contact | None:
    if not found:
        return None
    id = _guid(found, "contactid")
    return Contact(id, _text(found, "fullname"), _text(found, "emailaddress1"), _text(found, "telephone1"))


def _text(found: Row, column: str) -> str:
    return str(found.get(column) or "")


def _guid(found: Row, column: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(found.get(column)))
    except ValueError as wrong:
        raise _odd() from wrong


def _odd() -> OrganizationUnavailable:
    return OrganizationUnavailable(
        "The organization's answer could not be understood.", code="organizations:bad-answer"
    )
