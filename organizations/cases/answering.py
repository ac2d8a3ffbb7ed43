"""Writing on a case: a reply that the customer reads on the portal, or a note for colleagues."""

from __future__ import annotations

import uuid
from enum import StrEnum

from core.models import User
from organizations.cases.errors import ReplyRefused
from organizations.cases.reading import case_find, cases_client
from organizations.cases.values import CaseState
from organizations.client import WebApiClient
from organizations.errors import OrganizationRefused
from organizations.models import Organization
from organizations.policy import Action, require

LONGEST = 2000
SUBJECT_LONGEST = 200
OUTGOING, COMPLETED, COMPLETED_REASON = 2, 1, 2  # direction, statecode, statuscode


class ReplyTo(StrEnum):
    """Who shall read it."""

    CUSTOMER = "customer"
    COLLEAGUES = "colleagues"


def case_answer(
    *,
    actor: User,
    organization: Organization,
    case_id: uuid.UUID,
    text: str,
    to: ReplyTo,
    once: str,
    resolve: bool = False,
) -> None:
    """Write on the case, in the actor's own name, and where wanted resolve it.

    Args:
        once: chosen when the form was shown: the row's id is made of it, so that a form sent twice writes once.

    Raises:
        NotAllowed, CaseNotFound
        ReplyRefused: it is empty or too long, or the organization has no portal on which to reply.
        OrganizationUnavailable, OrganizationRefused
    """
    require(actor, Action.CASE_ANSWER, organization.pk)
    text = text.strip()
    if not text:
        raise ReplyRefused("Write something first", field="text")
    if len(text) > LONGEST:
        raise ReplyRefused(f"Write no more than {LONGEST:,} characters", field="text")
    with cases_client(actor, organization) as client:
        row = case_find(client, case_id).row
        entry_id = uuid.uuid5(case_id, f"{actor.pk}:{once}")  # nobody can aim it at a row that is somebody else's
        if to is ReplyTo.CUSTOMER:
            _comment(client, case_id, entry_id, row.title, text)
        else:
            _note(client, case_id, entry_id, text)
        if resolve and row.state == CaseState.ACTIVE:
            client.close_case(case_id, subject=text[:SUBJECT_LONGEST])


def _comment(client: WebApiClient, case_id: uuid.UUID, entry_id: uuid.UUID, title: str, text: str) -> None:
    values = {
        "subject": f"Re: {title}"[:SUBJECT_LONGEST],
        "description": text,
        "adx_portalcommentdirectioncode": OUTGOING,
        "regardingobjectid_incident_adx_portalcomment@odata.bind": f"/incidents({case_id})",
        "statecode": COMPLETED,
        "statuscode": COMPLETED_REASON,
    }
    try:
        client.upsert("adx_portalcomments", entry_id, values)
    except OrganizationRefused as refused:
        if refused.status != 404:
            raise
        raise ReplyRefused("The organization has no portal on which to reply. Write a note.", field="to") from refused


def _note(client: WebApiClient, case_id: uuid.UUID, entry_id: uuid.UUID, text: str) -> None:
    values = {"subject": "Note", "notetext": text, "objectid_incident@odata.bind": f"/incidents({case_id})"}
    client.upsert("annotations", entry_id, values)
