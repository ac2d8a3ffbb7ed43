"""A mail to the customer when somebody in the organization answers a case: one for each answer.

An answer is an outgoing portal comment, or a note that is marked for the portal and not written there.
"""

from __future__ import annotations

import html
import uuid
from dataclasses import dataclass
from typing import Any

import structlog

from core.errors import Unavailable
from organizations.client import organization_client
from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal
from websites.features.cases.values import CASE
from websites.features.notes import ON_THE_PORTAL
from websites.mailing import MailRefused, mail_enqueue
from websites.ports import OrganizationRows
from websites.site.assembly import site_assemble
from websites.site.cleaning import html_lines
from websites.site.reading import rows_read
from websites.site.values import Edition, Site
from websites.workflows.following import FollowedRows, Row, table_look
from websites.workflows.models import PortalCase

logger = structlog.get_logger(__name__)
OUTGOING = 2
COMMENT_COLUMNS = ("description", "adx_portalcommentdirectioncode", "createdon", "_regardingobjectid_value")
NOTE_COLUMNS = ("subject", "notetext", "createdon", "_objectid_value")
CASE_COLUMNS = ("ticketnumber", "title", "_customerid_value", "_primarycontactid_value")
CONTACT_COLUMNS = ("fullname", "emailaddress1", "donotemail", "statecode", "_adx_preferredlanguageid_value")
TYPES_WITH_CASES = ("customer_self_service", "employee_self_service", "community")
LONGEST_TEXT = 1500
SUBJECT = "An answer to your case {number}: {title}"
TEXT = "Hello {name},\n\nthere is an answer to your case {number}, {title}:\n\n{text}\n\n{url}\n\n{website}"


@dataclass(frozen=True)
class Answer:
    """Something the customer should hear of."""

    id: str
    case_id: uuid.UUID
    text: str


def case_replies_tell() -> int:
    """Look at every organization whose portals have cases; how many mails were written down.

    An organization that is away is looked at again later: nothing is lost meanwhile.
    """
    told = 0
    for organization in Organization.objects.filter(pk__in=_portals().values("organization_id")):
        try:
            with organization_client(organization) as client:
                told += replies_tell_of(client, organization.pk)
        except Unavailable as problem:
            logger.warning("portal.replies_wait", organization_id=str(organization.pk), error=str(problem))
    return told


def replies_tell_of(source: FollowedRows, organization_id: uuid.UUID) -> int:
    """One organization's answers since the last look.

    Raises:
        core.errors.Unavailable: nothing counts as seen.
    """
    told = 0
    for entity_set, columns, answer_of in (
        ("adx_portalcomments", COMMENT_COLUMNS, _comment),
        ("annotations", NOTE_COLUMNS, _note),
    ):
        look = table_look(source, organization_id, entity_set, columns)
        if look is None:
            continue
        told += sum(_tell(source, organization_id, answer) for row in look.rows if (answer := answer_of(row)))
        look.done()
    return told


def _comment(row: Row) -> Answer | None:
    about = row.get("_regardingobjectid_value")
    if row.get("adx_portalcommentdirectioncode") != OUTGOING or not about:
        return None
    return Answer(str(row["adx_portalcommentid"]), uuid.UUID(str(about)), _plain(row.get("description")))


def _note(row: Row) -> Answer | None:
    about, text = row.get("_objectid_value"), str(row.get("notetext") or "")
    is_from_portal = "[contact:" in str(row.get("subject") or "")
    if not about or is_from_portal or not text.startswith(ON_THE_PORTAL):
        return None
    return Answer(str(row["annotationid"]), uuid.UUID(str(about)), _plain(text.removeprefix(ON_THE_PORTAL)))


def _tell(source: OrganizationRows, organization_id: uuid.UUID, answer: Answer) -> bool:
    """Write the mail down; False where there is nobody to write to, or it was written before."""
    case = source.row("incidents", answer.case_id, select=CASE_COLUMNS)
    contact = _contact(source, case) if case else None
    portal = _portal_of(organization_id, answer.case_id)
    if case is None or contact is None or portal is None:
        return False
    site = site_assemble(
        rows_read(source, website_id=str(portal.website_id)),
        website_id=str(portal.website_id),
        portal_lcid=portal.language,
    )
    if site.settings.get("Cases/Reply Mail", "true").strip().lower() == "false":
        return False
    return _write(portal, site, case, contact, answer)


def _write(portal: Portal, site: Site, case: Row, contact: Row, answer: Answer) -> bool:
    edition = _edition(site, str(contact.get("_adx_preferredlanguageid_value") or ""))
    number = str(case.get("ticketnumber") or "")
    page = edition.markers.get(CASE)
    words = {
        "number": number,
        "title": str(case.get("title") or ""),
        "name": str(contact.get("fullname") or ""),
        "text": answer.text,
        "url": f"{portal.url.rstrip('/')}{page.path}{number}/" if page else portal.url,
        "website": site.name,
    }
    subject = edition.snippets.get("Mail/Case Reply/Subject") or SUBJECT
    body = edition.snippets.get("Mail/Case Reply/Text") or TEXT
    try:
        return mail_enqueue(
            portal_id=portal.pk,
            key=f"case-reply:{answer.id.lower()}",
            to=str(contact["emailaddress1"]),
            subject=filled(subject, words),
            body=filled(body, words),
        )
    except MailRefused as refused:
        logger.warning("portal.mail_refused", portal_id=str(portal.pk), error=str(refused))
        return False


def filled(text: str, words: dict[str, str]) -> str:
    """``{name}`` and the like filled in once: what is filled in is not looked at again."""
    parts = text.split("{")
    done = [parts[0]]
    for part in parts[1:]:
        name, end, rest = part.partition("}")
        done.append(f"{words[name]}{rest}" if end and name in words else "{" + part)
    return "".join(done)


def _contact(source: OrganizationRows, case: Row) -> Row | None:
    """Whom the case is about, if there is an active contact with an address who wants mail."""
    for column in ("_customerid_value", "_primarycontactid_value"):
        if not case.get(column):
            continue
        found = source.row("contacts", uuid.UUID(str(case[column])), select=CONTACT_COLUMNS)
        if found is not None:
            wants = not found.get("donotemail") and not found.get("statecode")
            return found if wants and found.get("emailaddress1") else None
    return None


def _edition(site: Site, portal_language_id: str) -> Edition:
    """The edition in the contact's language, where the site has it."""
    wanted = portal_language_id.lower()
    ids = {edition.language.portal_language_id.lower(): edition for edition in site.editions.values()}
    return ids.get(wanted, site.default) if wanted else site.default


def _portals() -> Any:
    return Portal.objects.filter(
        state=Portal.State.PROVISIONED,
        package_install_status=PackageInstallStatus.INSTALLED,
        portal_type__in=TYPES_WITH_CASES,
    )


def _portal_of(organization_id: uuid.UUID, case_id: uuid.UUID) -> Portal | None:
    """Where the case was opened; one that came by telephone is shown at the organization's oldest portal."""
    portals = _portals().filter(organization_id=organization_id)
    opened = PortalCase.objects.filter(case_id=case_id).values("portal_id")
    found: Portal | None = portals.filter(pk__in=opened).first() or portals.order_by("created_at").first()
    return found


def _plain(text: object) -> str:
    """What stands in the mail: words, not markup."""
    told = str(text or "").strip()
    words = html_lines(told) if "</" in told or "<br" in told else html.unescape(told)
    return words if len(words) <= LONGEST_TEXT else f"{words[:LONGEST_TEXT].rsplit(' ', 1)[0]} …"
