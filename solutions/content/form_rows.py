"""The rows of web forms: the forms, their steps from the last to the first, the fields of each step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solutions.content.keys import SETS, Keys
from solutions.content.values import ContentRow, Form, SiteSource, Step, StepField, Texts

CONDITION, FORM = 100000000, 100000001  # adx_webformstep.adx_type
INSERT, EDIT = 100000000, 100000001  # adx_mode
PREVIOUS = 100000003  # adx_entitysourcetype: the row of an earlier step
ATTRIBUTE = 100000000  # adx_webformmetadata.adx_type
VALUE = 100000000  # adx_onsavetype


def form_rows(keys: Keys, site: SiteSource, texts: Texts) -> Iterator[ContentRow]:
    """Forms, steps, fields. A form does not name its first step: it is the one that no other leads to."""
    for form in site.forms:
        values = {"adx_name": form.name, "adx_progressindicatorenabled": True, "adx_authenticationrequired": False}
        yield keys.row("adx_webform", (form.key,), values)
    for form in site.forms:
        for step in reversed(form.steps):
            yield _row(keys, "adx_webformstep", (form.key, step.key), _step(keys, form, step, texts))
    for form in site.forms:
        for step in form.steps:
            for order, field in enumerate(step.fields, start=1):
                values = {**_field(field, texts), "importsequencenumber": order}
                values["adx_webformstep@odata.bind"] = keys.to("adx_webformstep", form.key, step.key)
                yield _row(keys, "adx_webformmetadata", (form.key, step.key, field.name), values)


def _row(keys: Keys, table: str, key: tuple[str, ...], values: dict[str, Any]) -> ContentRow:
    """A row of a table that knows no website."""
    return ContentRow(SETS[table], table, keys.id(table, *key), values)


def _step(keys: Keys, form: Form, step: Step, texts: Texts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "adx_name": step.title or step.key,
        "adx_title": texts.snippets.get(f"Step/{step.title}", step.title),
        "adx_type": CONDITION if step.condition else FORM,
        "adx_mode": EDIT if step.is_edit else INSERT,
        "adx_targetentitylogicalname": form.table,
        "adx_targetentityprimarykeylogicalname": form.primary_key,
        "adx_entitypermissionsenabled": True,
        "adx_movepreviouspermitted": True,
        "adx_webform@odata.bind": keys.to("adx_webform", form.key),
        **_ways(keys, form, step),
    }
    if step.is_edit:
        values["adx_entitysourcetype"] = PREVIOUS
    if not step.next:
        values["adx_successmessage"] = texts.snippets.get(f"Web Form/{form.name}", "")
    return values


def _ways(keys: Keys, form: Form, step: Step) -> dict[str, Any]:
    """Where the step leads to."""
    ways: dict[str, Any] = {"adx_condition": step.condition} if step.condition else {}
    if step.next:
        ways["adx_nextstep@odata.bind"] = keys.to("adx_webformstep", form.key, step.next)
    if step.other:
        ways["adx_conditiondefaultnextstep@odata.bind"] = keys.to("adx_webformstep", form.key, step.other)
    return ways


def _field(field: StepField, texts: Texts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "adx_type": ATTRIBUTE,
        "adx_attributelogicalname": field.name,
        "adx_label": texts.snippets.get(f"Field/{field.label}", field.label),
        "adx_fieldisrequired": field.is_required,
        "adx_setvalueonsave": bool(field.on_save),
    }
    if field.on_save:
        values |= {"adx_onsavetype": VALUE, "adx_onsavevalue": field.on_save}
    return values
