"""Long work in one organization, asked for by somebody: reading it anew, activating a language."""

from __future__ import annotations

import uuid
from locale import windows_locale

from babel import Locale

from core.errors import InvalidValue, NotFound
from core.models import User
from operations.models import Operation
from operations.services import Resource, operation_start
from operations.workflow import StepPlan
from organizations.models import Organization
from organizations.policy import Action, require

RESOURCE = "instance"  # so there is one such run at a time in each organization
READ_WORKFLOW, LANGUAGE_WORKFLOW = "read-organization", "activate-language"
CONNECT, READ, ACTIVATE, AWAIT = "connect", "read", "activate-language", "await-language"

_CONNECT = StepPlan(CONNECT, "Connect to the instance")
_READ = StepPlan(READ, "Read users, roles, languages and solutions")


def organization_read_start(*, actor: User, organization_id: uuid.UUID) -> Operation:
    """Start reading users, roles, languages and solutions anew.

    Raises:
        NotAllowed, NotFound.
        Conflict: ``operations:busy``: it is being read, or a language is being activated.
    """
    require(actor, Action.ORGANIZATION_VIEW, organization_id)
    organization = _known(organization_id)
    return operation_start(
        actor=actor, workflow=READ_WORKFLOW, resource=_resource(organization), plan=[_CONNECT, _READ]
    )


def language_activate(*, actor: User, organization_id: uuid.UUID, lcid: int) -> Operation:
    """Start activating a language in the organization. It takes some minutes there and cannot be undone from here.

    Raises:
        NotAllowed, NotFound.
        InvalidValue: ``organizations:language-active``.
        Conflict: ``operations:busy``.
    """
    require(actor, Action.ORGANIZATION_LANGUAGE, organization_id)
    organization = _known(organization_id)
    if organization.languages.filter(lcid=lcid).exists():
        raise InvalidValue(
            "This language is activated already.", field="language", code="organizations:language-active"
        )
    plan = [
        _CONNECT,
        StepPlan(ACTIVATE, f"Ask the instance to activate {_called(lcid)}", str(lcid)),
        StepPlan(AWAIT, "Wait until the language is active", str(lcid)),
        _READ,
    ]
    return operation_start(
        actor=actor, workflow=LANGUAGE_WORKFLOW, resource=_resource(organization), plan=plan, input={"lcid": lcid}
    )


def latest_run(organization_id: uuid.UUID) -> Operation | None:
    """The run that goes on in the organization or was the last to end."""
    runs = Operation.objects.filter(resource_type=RESOURCE, resource_id=organization_id)
    return runs.order_by("-created_at").first()


def any_run(organization_id: uuid.UUID) -> bool:
    """Whether any run works in the organization now, also one that installs solutions or provisions a portal."""
    return Operation.objects.active().filter(organization_id=organization_id).exists()


def _called(lcid: int) -> str:
    """ "Japanese (1041)"; the number tells apart the languages of several countries."""
    code = windows_locale.get(lcid, "").partition("_")[0]
    name = Locale(code).get_language_name("en") if code else None
    return f"{name or 'language'} ({lcid})"


def _resource(organization: Organization) -> Resource:
    return Resource(RESOURCE, organization.pk, organization.name, organization.pk)


def _known(organization_id: uuid.UUID) -> Organization:
    found = Organization.objects.filter(pk=organization_id).first()
    if found is None:
        raise NotFound("There is no such instance.", code="organizations:not-found")
    return found
