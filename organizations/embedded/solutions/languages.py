"""ProvisionLanguage and ProvisionLanguageAsync: activating a language.

It is usable at once; the texts of solutions that are installed already come with their next import, not before.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from organizations.embedded.errors import DataverseError, bad_request
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.registry import LANGUAGES
from organizations.embedded.solutions import jobs
from organizations.embedded.solutions.history import Deed, History, failure_of, now

AVAILABLE = frozenset(int(language["localeid"]) for language in LANGUAGES)


def language_provision(tenant: EmbeddedOrganization, lcid: object) -> None:
    """The synchronous form; a language that is active already stays so.

    Raises:
        DataverseError: 400, no such language; 429, something else runs.
    """
    wanted = _lcid(lcid)
    with jobs.turn_held(tenant, "LanguageProvision"):
        History(tenant, Deed.LANGUAGE_PROVISION, name=str(wanted)).recorded(lambda: _activate(tenant, wanted))


def language_start(tenant: EmbeddedOrganization, lcid: object) -> uuid.UUID:
    """The asynchronous form; the id of its system job."""
    jobs.jobs_resume(tenant)
    job = jobs.job_create(tenant, PROVISION, {"language": _lcid(lcid)})
    jobs.job_start(tenant, job)
    return job


def language_run(tenant: EmbeddedOrganization, job: uuid.UUID, data: Mapping[str, Any]) -> None:
    """The system job's work."""
    jobs.job_begin(tenant, job, now())
    lcid, error = int(data["language"]), None
    try:
        History(tenant, Deed.LANGUAGE_PROVISION, name=str(lcid)).recorded(lambda: _activate(tenant, lcid))
    except DataverseError as refused:
        error = failure_of(refused, "ProvisionLanguage")
    jobs.job_end(tenant, job, now(), error)


PROVISION = jobs.work_register(
    jobs.Work("ProvisionLanguage", "Provision Language", "LanguageProvision", 209, language_run)
)


def _lcid(told: object) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        raise bad_request("Language is missing or is not a number.", "0x80048d19")
    if told not in AVAILABLE:
        raise DataverseError(400, "0x80040203", f"The language {told} is not available in this organization.")
    return told


def _activate(tenant: EmbeddedOrganization, lcid: int) -> None:
    row = EmbeddedOrganization.objects.select_for_update().get(pk=tenant.pk)
    row.languages = sorted({*row.languages, lcid})
    row.save(update_fields=["languages", "updated_at"])
    tenant.languages = row.languages
