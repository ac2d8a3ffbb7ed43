"""The portal form, submitted: may the actor, is it true, write everything in one transaction, wake on commit."""

from __future__ import annotations

import uuid

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Conflict
from core.models import User
from operations.models import Operation
from portals.services import portal_create
from provisioning.models import ProvisioningRequest
from provisioning.services.runs import Acceptance, run_start
from provisioning.terms import TermsAcceptance
from provisioning.truth import values_accept
from provisioning.values import PortalValues


@transaction.atomic
def provisioning_submit(
    *, actor: User, values: PortalValues, terms: TermsAcceptance, form_token: uuid.UUID | None = None
) -> Operation:
    """Make the portal as Configuring, take its licence, and start the run.

    Args:
        form_token: made with the form and sent back with it. The same token again (a double click, a reload) answers
            with the run that the first one started.

    Raises:
        NotAllowed: ``auth:provision-denied``.
        InvalidValues: everything that is wrong with the values, at once.
        Conflict: ``portals:subdomain-taken`` or ``portals:license-used``: somebody was faster; nothing was written.
    """
    if form_token:
        _wait_for_twin(form_token)
        if earlier := _started_with(form_token, actor):
            return earlier
    accepted = values_accept(actor=actor, values=values, terms=terms)
    portal = portal_create(actor=actor, license=accepted.license, draft=accepted.draft)
    return run_start(
        actor=actor,
        portal=portal,
        kind=ProvisioningRequest.Kind.SUBMIT,
        acceptance=Acceptance(terms.version, terms.sha256, timezone.now(), terms.ip_address),
        form_token=form_token,
    )


def _wait_for_twin(form_token: uuid.UUID) -> None:
    """Let a submission with the same token, running at this moment, finish first: an advisory lock until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"form-token:{form_token}"])


def _started_with(form_token: uuid.UUID, actor: User) -> Operation | None:
    request = ProvisioningRequest.objects.select_related("operation").filter(form_token=form_token).first()
    if request is None:
        return None
    if request.submitted_by_id != actor.pk:
        raise Conflict("This form was submitted by somebody else.", code="provisioning:token-used")
    return request.operation
