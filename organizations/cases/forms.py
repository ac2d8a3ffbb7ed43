"""What can be typed into a case."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django import forms

from core.forms import ServiceForm
from organizations.cases.answering import LONGEST, ReplyTo


class AnswerForm(ServiceForm):
    """A reply or a note."""

    TO: ClassVar[list[tuple[str, str]]] = [
        (ReplyTo.CUSTOMER, "The customer, on the portal"),
        (ReplyTo.COLLEAGUES, "Colleagues only, as a note"),
    ]

    text = forms.CharField(
        label="Text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST}),
    )
    to = forms.ChoiceField(
        label="Who shall read it",
        choices=TO,
        initial=ReplyTo.CUSTOMER,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who shall read it", "invalid_choice": "Select who shall read it"},
    )
    resolve = forms.BooleanField(label="Resolve the case", required=False)
    once = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False, initial=lambda: uuid.uuid4().hex)
