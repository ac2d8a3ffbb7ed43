"""Change Values and Restart Provisioning: which values may still change, why others may not, what is done again."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import InvalidValues
from domains.models import Hostname
from operations.models import Operation, OperationStep
from portals.catalog import PortalType
from portals.languages import PORTAL_LANGUAGES
from portals.models import Portal
from provisioning import messages
from provisioning.errors import FieldFixed
from provisioning.plan import CONTENT, RESOURCE, WRITES_TO_ORGANIZATION
from provisioning.values import PortalValues, values_changed, values_of, values_with
from solutions.catalog import packages_for

FIELDS = ("name", "subdomain", "organization", "language", "administrator", "audience", "portal_type", "options")


def changeable_fields(portal: Portal) -> Mapping[str, str]:
    """For each field of the form: "" where it may change now, else the sentence that says why not."""
    if portal.state != Portal.State.PROVISIONING_FAILED:
        return {field: "" if field == "name" else messages.FIXED_STATE for field in FIELDS}
    fixed = dict.fromkeys(FIELDS, "")
    if portal.address_ready_at or Hostname.objects.filter(portal=portal).exists():
        fixed["subdomain"] = messages.FIXED_RESERVED
    if _steps_done(portal, *WRITES_TO_ORGANIZATION):
        fixed["organization"] = messages.FIXED_INSTALLED.format(organization=portal.organization)
    return fixed


def changes_apply(portal: Portal, changes: Mapping[str, object]) -> PortalValues:
    """The portal's values with ``changes``.

    Raises:
        InvalidValues: fields that there are not, or that cannot change any more.
    """
    if unknown := sorted(changes.keys() - set(FIELDS)):
        raise InvalidValues([FieldFixed(messages.FIELD_UNKNOWN, field=field) for field in unknown])
    old = values_of(portal)
    new = values_with(old, changes)
    reasons = changeable_fields(portal)
    fixed = [field for field in values_changed(old, new) if reasons[field]]
    if fixed:
        raise InvalidValues([FieldFixed(reasons[field], field=field) for field in fixed])
    return new


def change_preview(portal: Portal, changes: Mapping[str, object]) -> tuple[str, ...]:
    """What a restart with ``changes`` will do again or anew, in sentences; nothing is looked up outside."""
    old = values_of(portal)
    new = values_with(old, changes)
    sentences = [_SENTENCES[field](portal, new) for field in values_changed(old, new) if field in _SENTENCES]
    sentences += _packages(old, new)
    if _content_changes(old, new) and _steps_done(portal, CONTENT):
        sentences.append("The starter content is imported again; pages of the earlier choice are removed.")
    return tuple(sentences) or ("Nothing changes: what is done already is only looked at.",)


def _content_changes(old: PortalValues, new: PortalValues) -> bool:
    return (old.language, old.portal_type, set(old.options)) != (new.language, new.portal_type, set(new.options))


def _packages(old: PortalValues, new: PortalValues) -> list[str]:
    before = {package.unique_name for package in packages_for(old.portal_type, old.options)}
    added = [
        package.title for package in packages_for(new.portal_type, new.options) if package.unique_name not in before
    ]
    if not added:
        return []
    more = "1 more solution is" if len(added) == 1 else f"{len(added)} more solutions are"
    return [f"{more} installed: {', '.join(added)}. Solutions installed before stay."]


def _name(portal: Portal, new: PortalValues) -> str:
    return f"The portal and its website record are called {new.name}."


def _subdomain(portal: Portal, new: PortalValues) -> str:
    return f"The address {new.subdomain} is reserved instead of {portal.subdomain}."


def _organization(portal: Portal, new: PortalValues) -> str:
    return f"All solutions are installed in the instance you select now; {portal.organization} stays as it is."


def _language(portal: Portal, new: PortalValues) -> str:
    language = PORTAL_LANGUAGES.get(new.language or 0)
    return f"The default language becomes {language.name if language else new.language}."


def _administrator(portal: Portal, new: PortalValues) -> str:
    return (
        f"The new portal administrator gets a contact and a web role; {portal.administrator_name} keeps what is there."
    )


def _portal_type(portal: Portal, new: PortalValues) -> str:
    return f"The portal becomes a {PortalType(new.portal_type).label}."


_SENTENCES = {
    "name": _name,
    "subdomain": _subdomain,
    "organization": _organization,
    "language": _language,
    "administrator": _administrator,
    "portal_type": _portal_type,
}


def _steps_done(portal: Portal, *names: str) -> bool:
    """Whether a run of this portal did one of these steps itself; a step that found its work done is skipped."""
    runs = Operation.objects.filter(resource_type=RESOURCE, resource_id=portal.pk)
    done = OperationStep.objects.filter(operation__in=runs, status=OperationStep.Status.DONE, name__in=names)
    return done.exists()
