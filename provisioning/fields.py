"""Each field of the portal form against what is true: one function a field, each refusal with its own sentence."""

from __future__ import annotations

import uuid

from django.db.models import Q

from core.errors import InvalidValue
from core.models import User
from organizations.models import Organization, OrganizationUser
from organizations.policy import Action, may, require
from portals.catalog import OPTIONS_FOR_TYPE, TYPES_FOR_AUDIENCE, Audience, Option, PortalType
from portals.languages import PORTAL_LANGUAGES
from portals.models import Portal, PortalLicense
from portals.services import license_usable
from portals.subdomains import subdomain_taken, subdomain_validate
from provisioning import messages
from provisioning.live import option_problems


def organization_to_provision(actor: User, organization_id: uuid.UUID | None) -> Organization:
    """The organization, if the actor may provision there.

    Whoever may see it but not provision is told so; of an organization that the actor may not see, nothing is told.
    """
    if organization_id and may(actor, Action.PORTAL_PROVISION, organization_id):
        return Organization.objects.get(pk=organization_id)
    sees = organization_id and may(actor, Action.ORGANIZATION_VIEW, organization_id)
    if sees or not may(actor, Action.PORTAL_PROVISION):
        require(actor, Action.PORTAL_PROVISION, organization_id)
    raise InvalidValue(messages.ORGANIZATION_MISSING, field="organization", code="provisioning:organization-invalid")


def license_of(license_id: uuid.UUID | None) -> PortalLicense:
    """The licence, if it is there and free; an id left out is an unknown licence."""
    return license_usable(license_id or uuid.UUID(int=0))


def subdomain_free(text: str, portal: Portal | None = None) -> str:
    """The subdomain, if no other portal has it. The unique constraint decides again when it is written."""
    subdomain = subdomain_validate(text)
    others = Portal.objects.filter(subdomain=subdomain)
    if portal:
        others = others.exclude(pk=portal.pk)
    if others.exists():
        raise subdomain_taken(subdomain)
    return subdomain


def language_spoken(organization: Organization | None, lcid: int | None) -> int | None:
    """The language, if portals can speak it and it is activated there. None: without an organization nobody knows."""
    code = "provisioning:language-invalid"
    if lcid is None:
        raise InvalidValue(messages.LANGUAGE_MISSING, field="language", code=code)
    if lcid not in PORTAL_LANGUAGES:
        raise InvalidValue(messages.LANGUAGE_UNSUPPORTED, field="language", code=code)
    if organization is None:
        return None
    activated = set(organization.languages.values_list("lcid", flat=True))
    if not activated & PORTAL_LANGUAGES.keys():
        sentence = messages.LANGUAGE_NONE.format(organization=organization)
        raise InvalidValue(sentence, field="language", code=code)
    if lcid not in activated:
        words = {"language": PORTAL_LANGUAGES[lcid].name, "organization": organization}
        raise InvalidValue(messages.LANGUAGE_INACTIVE.format(**words), field="language", code=code)
    return lcid


def administrator_of(organization: Organization | None, user_id: uuid.UUID | None) -> OrganizationUser | None:
    """The user, by our id or by the organization's, if enabled and a System Administrator there."""
    code = "provisioning:administrator-invalid"
    if organization is None:
        return None
    if user_id is None:
        nobody = not organization.users.filter(is_system_administrator=True, is_disabled=False).exists()
        sentence = messages.ADMINISTRATOR_NONE if nobody else messages.ADMINISTRATOR_MISSING
        raise InvalidValue(sentence.format(organization=organization), field="administrator", code=code)
    user = organization.users.filter(Q(pk=user_id) | Q(systemuser_id=user_id)).first()
    if wrong := administrator_problem(user):
        sentence = wrong.format(organization=organization, administrator=user)
        raise InvalidValue(sentence, field="administrator", code=code)
    return user


def administrator_problem(user: OrganizationUser | None) -> str:
    """Why the user cannot be portal administrator, as a sentence to fill in; "" where nothing speaks against it."""
    if user is None:
        return messages.ADMINISTRATOR_FOREIGN
    if user.is_disabled:
        return messages.ADMINISTRATOR_DISABLED
    return "" if user.is_system_administrator else messages.ADMINISTRATOR_ROLE


def audience_named(value: str) -> Audience:
    if value not in Audience.values:
        raise InvalidValue(messages.AUDIENCE_MISSING, field="audience", code="provisioning:audience-invalid")
    return Audience(value)


def type_for(audience: Audience | None, value: str) -> PortalType:
    """The portal type, if the audience is offered it."""
    code = "provisioning:type-invalid"
    if value not in PortalType.values:
        raise InvalidValue(messages.TYPE_MISSING, field="portal_type", code=code)
    portal_type = PortalType(value)
    if audience and portal_type not in TYPES_FOR_AUDIENCE[audience]:
        words = {"portal_type": portal_type.label, "audience": audience.label}
        raise InvalidValue(messages.TYPE_AUDIENCE.format(**words), field="portal_type", code=code)
    return portal_type


def options_for(
    organization: Organization | None, portal_type: PortalType | None, values: tuple[str, ...]
) -> tuple[str, ...]:
    """The options in the catalogue's order, if the type has them and the organization what they need."""
    chosen = options_for_type(portal_type, values)
    for sentence in option_problems(organization, chosen).values() if organization else ():
        raise InvalidValue(sentence, field="options", code="solutions:prerequisite-missing")
    return tuple(option.value for option in chosen)


def options_for_type(portal_type: PortalType | None, values: tuple[str, ...]) -> tuple[Option, ...]:
    """The options in the catalogue's order, if the type has them."""
    code = "provisioning:option-invalid"
    if unknown := set(values) - set(Option.values):
        raise InvalidValue(messages.OPTION_UNKNOWN, field="options", code=code, context={"unknown": sorted(unknown)})
    chosen = tuple(option for option in Option if option in values)
    for option in chosen:
        if portal_type and option not in OPTIONS_FOR_TYPE.get(portal_type, ()):
            words = {"option": option.label, "portal_type": portal_type.label}
            raise InvalidValue(messages.OPTION_TYPE.format(**words), field="options", code=code)
    return chosen
