"""Reading cases: a page of the list is one call, a case one, what was written on it two more."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from core.models import User
from organizations.cases.errors import CaseNotFound
from organizations.cases.parsing import (
    CASE_COLUMNS,
    COMMENT_COLUMNS,
    CONTACTS,
    NOTE_COLUMNS,
    PERSON,
    case_of,
    comment_of,
    note_of,
    row_of,
)
from organizations.cases.values import Case, CaseFilters, CasePage, CaseSort, Entry
from organizations.client import WebApiClient, organization_client
from organizations.errors import OrganizationRefused
from organizations.models import Organization, OrganizationUser
from organizations.policy import Action, require

PAGE = 25
MOST_ENTRIES = 100  # of each kind, the newest
SECONDS = 10.0  # somebody waits for the page
ORDERS = {
    CaseSort.NEWEST: "createdon desc",
    CaseSort.OLDEST: "createdon asc",
    CaseSort.TITLE: "title asc",
    CaseSort.TITLE_DOWN: "title desc",
    CaseSort.NUMBER: "ticketnumber asc",
    CaseSort.NUMBER_DOWN: "ticketnumber desc",
}


def cases_client(actor: User, organization: Organization, *, within: float = SECONDS) -> WebApiClient:
    """A client that asks in the name of ``actor``, where the organization has such a user."""
    there = OrganizationUser.objects.filter(organization=organization, is_disabled=False, email__iexact=actor.email)
    caller = there.values_list("systemuser_id", flat=True).first()
    return organization_client(organization, within=within, caller=caller)


def cases_page(*, actor: User, organization: Organization, filters: CaseFilters) -> CasePage:
    """A page of the organization's cases.

    Raises:
        NotAllowed
        OrganizationUnavailable, OrganizationRefused
    """
    require(actor, Action.CASE_VIEW, organization.pk)
    with cases_client(actor, organization) as client:
        found = client.page(
            "incidents",
            select=CASE_COLUMNS,
            filter=_filter(filters),
            orderby=ORDERS[filters.sort],
            size=PAGE,
            after=filters.after,
        )
    return CasePage(tuple(row_of(row) for row in found.rows), found.next, found.count)


def case_read(*, actor: User, organization: Organization, case_id: uuid.UUID) -> tuple[Case, tuple[Entry, ...]]:
    """A case and what was written on it, the newest first.

    Raises:
        NotAllowed, CaseNotFound
        OrganizationUnavailable, OrganizationRefused
    """
    require(actor, Action.CASE_VIEW, organization.pk)
    with cases_client(actor, organization) as client:
        found = case_find(client, case_id)
        entries = [*_notes(client, case_id), *_comments(client, case_id)]
    return found, tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def case_find(client: WebApiClient, case_id: uuid.UUID) -> Case:
    """The case alone, in one call.

    Raises:
        CaseNotFound
        OrganizationUnavailable, OrganizationRefused
    """
    expand = ",".join(f"{name}({PERSON})" for name in CONTACTS)
    found = client.row_shown("incidents", case_id, select=(*CASE_COLUMNS, "description"), expand=expand)
    if found is None:
        raise CaseNotFound("There is no such case.")
    return case_of(found)


def _notes(client: WebApiClient, case_id: uuid.UUID) -> Sequence[Entry]:
    found = client.page(
        "annotations",
        select=NOTE_COLUMNS,
        filter=f"_objectid_value eq {case_id}",
        orderby="createdon desc",
        size=MOST_ENTRIES,
    )
    return [note_of(row) for row in found.rows]


def _comments(client: WebApiClient, case_id: uuid.UUID) -> Sequence[Entry]:
    """None where the organization has no portal: the table comes with it."""
    try:
        found = client.page(
            "adx_portalcomments",
            select=COMMENT_COLUMNS,
            filter=f"_regardingobjectid_value eq {case_id}",
            orderby="createdon desc",
            size=MOST_ENTRIES,
        )
    except OrganizationRefused as refused:
        if refused.status != 404:
            raise
        return []
    return [comment_of(row) for row in found.rows]


def _filter(filters: CaseFilters) -> str:
    parts = []
    if filters.state is not None:
        parts.append(f"statecode eq {filters.state.value}")
    if filters.search:
        text = filters.search.replace("'", "''")
        columns = ("title", "ticketnumber", "customerid_contact/fullname", "customerid_account/name")
        parts.append("(" + " or ".join(f"contains({column},'{text}')" for column in columns) + ")")
    return " and ".join(parts)
