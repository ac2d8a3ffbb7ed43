"""Extensions: packages that are an option of a portal type, and can be added to a portal after it was provisioned."""

from __future__ import annotations

from organizations.models import Organization
from portals.catalog import OPTIONS_FOR_TYPE, Option, PortalType
from portals.models import Portal
from solutions.catalog import option_package, solution_title
from solutions.errors import SolutionWrongState

NOT_ITS = "{solution} is no extension that {portal} could have."
NOT_READY = "{portal} is not provisioned. An extension is added to a portal that is."
HAS_IT = "{portal} has {solution} already."


def option_of(unique_name: str) -> Option | None:
    """The option that the package stands for, or None."""
    return next((option for option in Option if option_package(option) == unique_name), None)


def extensions_for(portal: Portal) -> tuple[Option, ...]:
    """What could be added to the portal: options of its type that it has not got."""
    allowed = OPTIONS_FOR_TYPE.get(PortalType(portal.portal_type), ())
    return tuple(option for option in allowed if option.value not in portal.options)


def extension_require(organization: Organization, portal: Portal, unique_name: str) -> None:
    """Whether the package can be added to the portal.

    Raises:
        SolutionWrongState: it is no extension of the portal's type, is there already, or the portal is not provisioned.
    """
    words = {"portal": portal.name, "solution": solution_title(unique_name)}
    option = option_of(unique_name)
    allowed = OPTIONS_FOR_TYPE.get(PortalType(portal.portal_type), ())
    if portal.organization_id != organization.pk or option not in allowed:
        raise SolutionWrongState(NOT_ITS.format(**words))
    if option.value in portal.options:
        raise SolutionWrongState(HAS_IT.format(**words))
    if portal.state != Portal.State.PROVISIONED:
        raise SolutionWrongState(NOT_READY.format(**words))
