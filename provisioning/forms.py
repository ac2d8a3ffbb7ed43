"""The portal form: the shape of its eight fields. Whether the values are true is decided by the services."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from core.errors import NotAllowed
from core.forms import ServiceForm
from core.models import User
from portals.languages import PortalLanguage
from portals.models import Portal
from provisioning import messages
from provisioning.changes import changeable_fields
from provisioning.choices import Choices, choices_for, values_still_offered
from provisioning.terms import TermsAcceptance
from provisioning.values import ATTRIBUTES, PortalValues, values_of
from solutions.content import content_language

T = TypeVar("T")
BLANK = ("", "Select…")


class OptionsField(forms.MultipleChoiceField):
    """Any list of texts: an option that there is not is refused by the service, with its sentence."""

    def validate(self, value: list[str]) -> None:
        pass


class PortalForm(ServiceForm):
    """General Settings, Portal Audience and the portal to be deployed, with labels and hints of the source document.

    Every field may be left out here: the service says what is missing, in its own words and all at once.
    """

    name = forms.CharField(
        required=False,
        label="Name",
        help_text="The name helps to identify the portal and can be changed later.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    subdomain = forms.CharField(
        required=False,
        label="Portal URL",
        help_text="You cannot change the URL later, but you can use a custom domain name.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    organization = forms.CharField(required=False, label="Dynamics 365 Instance", widget=forms.Select)
    language = forms.CharField(required=False, label="Select Portal Language", widget=forms.Select)
    administrator = forms.CharField(required=False, label="Select Portal Administrator", widget=forms.Select)
    audience = forms.CharField(required=False, label="Portal Audience", widget=forms.RadioSelect)
    portal_type = forms.CharField(required=False, label="Select portal to be deployed", widget=forms.RadioSelect)
    options = OptionsField(required=False, label="Options", widget=forms.CheckboxSelectMultiple)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *, actor: User, values: PortalValues, token: uuid.UUID | None = None) -> None:
        """Always bound: the form shows ``values``, whether typed, kept from before or a portal's."""
        self.choices = choices_for(actor=actor, values=values)
        self.values = values
        super().__init__(_as_data(values, token or uuid.uuid4()))
        self._offer(self.choices)

    def decide_or_deny(self, service: Callable[[], T]) -> T | None:
        """As :meth:`decide`; a missing right is said beside the instance, for in another one it may be there."""
        try:
            return self.decide(service)
        except NotAllowed as denied:
            self.refuse("organization", denied)
            return None

    def _offer(self, choices: Choices) -> None:
        offers: dict[str, list[tuple[Any, str]]] = {
            "organization": [BLANK, *((str(one.pk), one.name) for one in choices.organizations)],
            "language": [BLANK, *((str(one.lcid), _language(one)) for one in choices.languages)],
            "administrator": [BLANK, *((str(one.pk), _person(one.name, one.email)) for one in choices.administrators)],
            "audience": list(choices.audiences),
            "portal_type": [(kind.value, kind.label) for kind in choices.types],
        }
        for name, offer in offers.items():
            self.fields[name].widget.choices = offer
        if not all(_has_pages(language) for language in choices.languages):
            self.fields["language"].help_text = messages.CONTENT_ENGLISH_HINT
        options = [(option.value, option.label) for kind in choices.types for option in kind.options]
        self.fields["options"].choices = options  # type: ignore[attr-defined]


class ChangeForm(PortalForm):
    """The same form for a portal whose provisioning failed: what is fixed is shown as text with the reason."""

    def __init__(self, *, actor: User, portal: Portal, values: PortalValues | None = None) -> None:
        self.portal = portal
        self.fixed = {field: reason for field, reason in changeable_fields(portal).items() if reason}
        super().__init__(actor=actor, values=values or values_of(portal))
        for field, reason in self.fixed.items():
            self.fields[field].fixed = reason  # type: ignore[attr-defined]  # read by the template

    def changes(self) -> dict[str, object]:
        """What was typed, by the fields' public names. What equals the portal's own value is no change."""
        typed = self.values
        return {
            "name": typed.name,
            "subdomain": typed.subdomain,
            "organization": typed.organization_id,
            "language": typed.language,
            "administrator": typed.administrator_id,
            "audience": typed.audience,
            "portal_type": typed.portal_type,
            "options": typed.options,
        }


class TermsForm(ServiceForm):
    """The Terms of Service: never ticked beforehand, Accept never disabled."""

    accept_terms = forms.BooleanField(required=False, label="I agree to the Terms of Service")
    terms_version = forms.CharField(required=False, widget=forms.HiddenInput)
    terms_sha256 = forms.CharField(required=False, widget=forms.HiddenInput)

    def acceptance(self, ip_address: str | None) -> TermsAcceptance:
        """What was accepted; empty where the box is not ticked."""
        self.is_valid()
        typed = self.cleaned_data
        if not typed.get("accept_terms"):
            return TermsAcceptance("", "", ip_address)
        return TermsAcceptance(typed["terms_version"], typed["terms_sha256"], ip_address)


def values_from(typed: QueryDict, *, license_id: uuid.UUID | None) -> PortalValues:
    """What was typed or sent, as it travels. Anything that is no id or number counts as left out."""
    return PortalValues(
        license_id=license_id,
        name=typed.get("name", ""),
        subdomain=typed.get("subdomain", ""),
        organization_id=_uuid(typed.get("organization")),
        language=_number(typed.get("language")),
        administrator_id=_uuid(typed.get("administrator")),
        audience=typed.get("audience", ""),
        portal_type=typed.get("portal_type", ""),
        options=tuple(typed.getlist("options")),
    )


def changes_typed(typed: QueryDict, portal: Portal) -> PortalValues:
    """As :func:`values_from`; a fixed field that was not sent keeps the portal's value (one that was, is refused)."""
    kept = values_of(portal)
    fixed = [field for field, reason in changeable_fields(portal).items() if reason and field not in typed]
    sent = values_from(typed, license_id=portal.license_id)
    return replace(sent, **{ATTRIBUTES[field]: getattr(kept, ATTRIBUTES[field]) for field in fixed})


def announced(text: str) -> str:
    """The header HX-Trigger with which the page says ``text`` to a screen reader (js/page.js)."""
    return json.dumps({"announce": {"text": text}})


def token_from(typed: QueryDict) -> uuid.UUID | None:
    """The form's token, if it is one."""
    return _uuid(typed.get("token"))


def refresh(form_values: PortalValues, *, actor: User) -> PortalValues:
    """The values after a choice changed: what is not offered any more falls away, what alone is offered is chosen."""
    choices = choices_for(actor=actor, values=form_values)
    if choices.organization is None and len(choices.organizations) == 1:
        form_values = replace(form_values, organization_id=choices.organizations[0].pk)
        choices = choices_for(actor=actor, values=form_values)
    return values_still_offered(form_values, choices)


def _language(language: PortalLanguage) -> str:
    """ "German (1031)"; where the pages to start with are not written in it, that is said beside it."""
    name = f"{language.name} ({language.lcid})"
    return name if _has_pages(language) else f"{name}: {messages.CONTENT_ENGLISH_OPTION}"


def _has_pages(language: PortalLanguage) -> bool:
    return content_language(language.lcid) == language.lcid


def _as_data(values: PortalValues, token: uuid.UUID) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(
        {
            "name": values.name,
            "subdomain": values.subdomain,
            "organization": _text(values.organization_id),
            "language": _text(values.language),
            "administrator": _text(values.administrator_id),
            "audience": values.audience,
            "portal_type": values.portal_type,
            "token": str(token),
        }
    )
    data.setlist("options", list(values.options))
    return data


def _person(name: str, email: str) -> str:
    return f"{name} ({email})" if email else name


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else None
