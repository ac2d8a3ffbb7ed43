"""Making an embedded organization with its first rows. What is there already is left as it is, so it may run again."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.sealed import secret_open, secret_seal
from organizations.client.values import (
    CUSTOMER_SERVICE_REPRESENTATIVE,
    SYSTEM_ADMINISTRATOR,
    SYSTEM_CUSTOMIZER,
)
from organizations.embedded.models import EmbeddedOrganization, Link, rows_in
from organizations.embedded.registry import LANGUAGES, TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import existing_ids, rows_create

ROLES: Mapping[str, uuid.UUID] = {
    "System Administrator": SYSTEM_ADMINISTRATOR,
    "System Customizer": SYSTEM_CUSTOMIZER,
    "Customer Service Representative": CUSTOMER_SERVICE_REPRESENTATIVE,
}


@dataclass(frozen=True)
class SeedUser:
    """Somebody who works with the organization; ``roles`` are names of :data:`ROLES`."""

    name: str
    email: str
    roles: tuple[str, ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True)
class SeedSolution:
    """A solution of another product that is installed; ``tables`` are what it is known to bring."""

    unique_name: str
    friendly_name: str
    version: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeedReply:
    """What was written on a case, for both sides to read; ``days`` is how long ago."""

    text: str
    days: float
    is_from_customer: bool = False


@dataclass(frozen=True)
class SeedCase:
    """A case of a contact. ``days`` is how long ago it was opened, ``resolution`` what solved one that is closed."""

    title: str
    description: str = ""
    state: int = 0
    days: float = 0.0
    replies: tuple[SeedReply, ...] = ()
    resolution: str = ""


@dataclass(frozen=True)
class SeedContact:
    """A customer's person, with cases."""

    first_name: str
    last_name: str
    email: str
    company: str = ""
    cases: tuple[SeedCase, ...] = ()
    job_title: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class SeedArticle:
    """A published knowledge article; ``number`` is its public number."""

    number: str
    title: str
    content: str
    language: int = 1033
    keywords: str = ""


FIELD_SERVICE = SeedSolution(
    "fieldservice", "Field Service", "8.8.140.0", ("msdyn_workorder", "msdyn_agreement", "msdyn_customerasset")
)
PROJECT_SERVICE = SeedSolution("projectservice", "Project Service Automation", "3.10.70.0", ("msdyn_project",))


@transaction.atomic
def embedded_organization_create(
    *,
    name: str,
    friendly_name: str,
    base_language: int = 1033,
    languages: Iterable[int] = (1033,),
    users: Sequence[SeedUser] = (),
    solutions: Sequence[SeedSolution] = (),
    contacts: Sequence[SeedContact] = (),
    articles: Sequence[SeedArticle] = (),
) -> EmbeddedOrganization:
    """The organization at ``/org/<name>``, made where it is missing, with the missing ones of these rows.

    Its application user's credentials are its ``client_id`` and :func:`client_secret_of`.
    """
    tenant = EmbeddedOrganization.objects.select_for_update().filter(name=name).first()
    if tenant is None:
        tenant = _tenant(name, friendly_name, base_language, languages)
        _beginnings(tenant)
    _people(tenant, users)
    _solutions(tenant, solutions)
    _contacts(tenant, contacts)
    _articles(tenant, articles)
    return tenant


def client_secret_of(tenant: EmbeddedOrganization) -> str:
    """The application user's secret, opened."""
    return secret_open(tenant.client_secret, row=tenant.seal_row)


def row_id(tenant: EmbeddedOrganization, table: str, key: str) -> uuid.UUID:
    """The id of a seeded row, the same at every run."""
    return uuid.uuid5(tenant.pk, f"{table}:{key.lower()}")


def _tenant(name: str, friendly_name: str, base_language: int, languages: Iterable[int]) -> EmbeddedOrganization:
    tenant = EmbeddedOrganization(
        name=name,
        friendly_name=friendly_name,
        base_language=base_language,
        languages=sorted({base_language, *languages}),
    )
    tenant.client_secret = secret_seal(secrets.token_urlsafe(32), row=tenant.seal_row)
    tenant.save()
    return tenant


def rows_ensure(tenant: EmbeddedOrganization, table: str, rows: Mapping[uuid.UUID, dict[str, Any]]) -> set[uuid.UUID]:
    """Create the missing ones of these rows and say which."""
    missing = rows.keys() - existing_ids(tenant, TABLES[table], rows)
    if missing:
        rows_create(tenant, TABLES[table], [(id, Changes(rows[id])) for id in rows if id in missing])
    return missing


def _beginnings(tenant: EmbeddedOrganization) -> None:
    """What every organization is born with."""
    unit = tenant.business_unit_id
    facts = {"name": tenant.friendly_name, "languagecode": tenant.base_language, "localeid": tenant.base_language}
    rows_ensure(tenant, "organization", {tenant.pk: facts})
    rows_ensure(tenant, "businessunit", {unit: {"name": tenant.friendly_name, "isdisabled": False}})
    rows_ensure(tenant, "roletemplate", {template: {"name": name} for name, template in ROLES.items()})
    roles = {
        row_id(tenant, "role", name): {"name": name, "roletemplateid": template, "businessunitid": unit}
        for name, template in ROLES.items()
    }
    rows_ensure(tenant, "role", roles)
    rows_ensure(
        tenant, "languagelocale", {row_id(tenant, "languagelocale", row["localeid"]): _locale(row) for row in LANGUAGES}
    )
    application = {
        "firstname": "#",
        "lastname": "Portal Administration Center",
        "domainname": str(tenant.client_id),
        "applicationid": tenant.client_id,
        "accessmode": 4,
        "isdisabled": False,
        "businessunitid": unit,
    }
    rows_ensure(tenant, "systemuser", {tenant.application_user_id: application})
    _link_role(tenant, tenant.application_user_id, "System Administrator")


def _locale(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": f"{row['name']} - {row['region']}",
        "code": row["code"],
        "localeid": int(row["localeid"]),
        "language": row["name"],
        "region": row["region"],
    }


def _people(tenant: EmbeddedOrganization, users: Sequence[SeedUser]) -> None:
    rows = {row_id(tenant, "systemuser", user.email): _person(tenant, user) for user in users}
    new = rows_ensure(tenant, "systemuser", rows)
    for user in users:
        id = row_id(tenant, "systemuser", user.email)
        for role in user.roles if id in new else ():
            _link_role(tenant, id, role)


def _person(tenant: EmbeddedOrganization, user: SeedUser) -> dict[str, Any]:
    first, _, last = user.name.rpartition(" ")
    return {
        "firstname": first,
        "lastname": last,
        "domainname": user.email,
        "internalemailaddress": user.email,
        "accessmode": 0,
        "isdisabled": user.is_disabled,
        "businessunitid": tenant.business_unit_id,
    }


def _link_role(tenant: EmbeddedOrganization, user: uuid.UUID, role: str) -> None:
    Link.objects.get_or_create(
        tenant=tenant,
        relationship="systemuserroles_association",
        first=user,
        second=row_id(tenant, "role", role),
    )


def _solutions(tenant: EmbeddedOrganization, solutions: Sequence[SeedSolution]) -> None:
    rows = {
        row_id(tenant, "solution", solution.unique_name): {
            "uniquename": solution.unique_name,
            "friendlyname": solution.friendly_name,
            "version": solution.version,
            "ismanaged": True,
            "isvisible": True,
        }
        for solution in solutions
    }
    rows_ensure(tenant, "solution", rows)
    components = {
        row_id(tenant, "solutioncomponent", f"{solution.unique_name}:{name}"): {
            "componenttype": 1,
            "schemaname": name,
            "rootcomponentbehavior": 0,
            "solutionid": row_id(tenant, "solution", solution.unique_name),
        }
        for solution in solutions
        for name in solution.tables
    }
    rows_ensure(tenant, "solutioncomponent", components)


def _contacts(tenant: EmbeddedOrganization, contacts: Sequence[SeedContact]) -> None:
    companies = {contact.company for contact in contacts if contact.company}
    rows_ensure(tenant, "account", {row_id(tenant, "account", name): {"name": name} for name in companies})
    rows_ensure(
        tenant, "contact", {row_id(tenant, "contact", contact.email): _contact(tenant, contact) for contact in contacts}
    )
    for contact in contacts:
        for case in contact.cases:
            _case(tenant, contact, case)


def _case(tenant: EmbeddedOrganization, contact: SeedContact, case: SeedCase) -> None:
    key = f"{contact.email}:{case.title}"
    id = row_id(tenant, "incident", key)
    values = {
        "title": case.title,
        "description": case.description,
        "statecode": case.state,
        "customerid": row_id(tenant, "contact", contact.email),
        "casetypecode": 2,
        "adx_resolution": case.resolution or None,
    }
    if not rows_ensure(tenant, "incident", {id: values}):
        return
    _backdate(tenant, "incident", id, case.days)
    for number, reply in enumerate(case.replies):
        _reply(tenant, contact, id, f"{key}:{number}", reply)


def _reply(tenant: EmbeddedOrganization, contact: SeedContact, case_id: uuid.UUID, key: str, reply: SeedReply) -> None:
    id = row_id(tenant, "adx_portalcomment", key)
    name = f"{contact.first_name} {contact.last_name}"
    values = {
        "subject": f"Reply by {name}" if reply.is_from_customer else "Reply",
        "description": reply.text,
        "adx_portalcommentdirectioncode": 1 if reply.is_from_customer else 2,
        "regardingobjectid": case_id,
        "statecode": 1,
    }
    rows_ensure(tenant, "adx_portalcomment", {id: values})
    _backdate(tenant, "adx_portalcomment", id, reply.days)


def _backdate(tenant: EmbeddedOrganization, table: str, id: uuid.UUID, days: float) -> None:
    """A new row that shall look as if it were made some days ago."""
    at = (timezone.now() - timedelta(days=days)).replace(microsecond=0)
    rows_in(tenant, table).filter(**{TABLES[table].primary_id: id}).update(createdon=at, modifiedon=at)


def _contact(tenant: EmbeddedOrganization, contact: SeedContact) -> dict[str, Any]:
    company = row_id(tenant, "account", contact.company) if contact.company else None
    return {
        "firstname": contact.first_name,
        "lastname": contact.last_name,
        "emailaddress1": contact.email,
        "parentcustomerid": company,
        "jobtitle": contact.job_title or None,
        "telephone1": contact.telephone or None,
    }


def _articles(tenant: EmbeddedOrganization, articles: Sequence[SeedArticle]) -> None:
    rows = {
        row_id(tenant, "knowledgearticle", f"{article.number}:{article.language}"): {
            "title": article.title,
            "articlepublicnumber": article.number,
            "content": article.content,
            "keywords": article.keywords or None,
            "languagelocaleid": row_id(tenant, "languagelocale", str(article.language)),
            "statecode": 3,
        }
        for article in articles
    }
    rows_ensure(tenant, "knowledgearticle", rows)
