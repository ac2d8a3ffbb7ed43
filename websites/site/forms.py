"""Web forms and entity forms out of a site's rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from websites.site.form_values import (
    FilledBy,
    Filling,
    FormField,
    FormFile,
    FormStep,
    Mode,
    Progress,
    Source,
    StepKind,
    WebForm,
)
from websites.site.rows import Row, SiteRows

Known = TypeVar("Known")
ATTRIBUTE = 100000000  # adx_type of metadata that is about a field
LAST = 1_000_000  # of fields without a place
STEP_SOURCES = {
    100000001: Source.QUERY,
    100000002: Source.USER,
    100000003: Source.PREVIOUS,
    100000004: Source.RECORD_OF_USER,
}
FORM_SOURCES = {756150000: Source.QUERY, 756150001: Source.USER, 756150002: Source.RECORD_OF_USER}
REDIRECTS = 756150001  # adx_entityform.adx_onsuccess


def forms_of(rows: SiteRows) -> dict[str, WebForm]:
    """By id; web forms and entity forms alike. One whose first step cannot be told is not there."""
    steps = _by(rows.of("adx_webformsteps"), "_adx_webform_value")
    fields = _by(rows.of("adx_webformmetadatas"), "_adx_webformstep_value")
    found = [_web_form(row, steps.get(_id(row["adx_webformid"]), []), fields) for row in rows.of("adx_webforms")]
    own = _by(rows.of("adx_entityformmetadatas"), "_adx_entityform_value")
    found += [_entity_form(row, own.get(_id(row["adx_entityformid"]), [])) for row in rows.of("adx_entityforms")]
    return {form.id: form for form in found if form.start_id in form.steps}


def _web_form(row: Row, steps: list[Row], fields: dict[str, list[Row]]) -> WebForm:
    made = {_id(step["adx_webformstepid"]): _step(step, fields) for step in steps}
    progress = _known(Progress, row["adx_progressindicatortype"]) or Progress.TITLE
    return WebForm(
        id=_id(row["adx_webformid"]),
        name=_text(row, "adx_name"),
        start_id=_id(row["_adx_startstep_value"]) or _first(made.values()),
        steps=made,
        needs_sign_in=bool(row["adx_authenticationrequired"]),
        starts_anew=bool(row["adx_startnewsessiononload"]),
        progress=progress if row["adx_progressindicatorenabled"] else None,
    )


def _first(steps: Iterable[FormStep]) -> str:
    """Where the form does not say which step is the first: the one that no other leads to, if there is only one."""
    steps = list(steps)
    reached = {other for step in steps for other in (step.next_id, step.else_id)}
    found = [step.id for step in steps if step.id not in reached]
    return found[0] if len(found) == 1 else ""


def _step(row: Row, fields: dict[str, list[Row]]) -> FormStep:
    id = _id(row["adx_webformstepid"])
    return FormStep(
        id=id,
        kind=_known(StepKind, row["adx_type"]) or StepKind.USER_CONTROL,
        table=_text(row, "adx_targetentitylogicalname").lower(),
        next_id=_id(row["_adx_nextstep_value"]),
        condition=_text(row, "adx_condition"),
        else_id=_id(row["_adx_conditiondefaultnextstep_value"]),
        fields=_fields(fields.get(id, [])),
        source=STEP_SOURCES.get(row["adx_entitysourcetype"], Source.PREVIOUS),
        source_step_id=_id(row["_adx_entitysourcestep_value"]),
        query_name=_text(row, "adx_primarykeyquerystringparametername"),
        may_go_back=row["adx_movepreviouspermitted"] is not False,
        next_text=_text(row, "adx_nextbuttontext") or _text(row, "adx_submitbuttontext"),
        previous_text=_text(row, "adx_previousbuttontext"),
        redirect_page_id=_text(row, "_adx_redirectwebpage_value"),
        **_shared(row),
    )


def _entity_form(row: Row, fields: list[Row]) -> WebForm:
    id = _id(row["adx_entityformid"])
    redirects = row["adx_onsuccess"] == REDIRECTS
    step = FormStep(
        id=id,
        kind=StepKind.FORM,
        table=_text(row, "adx_entityname").lower(),
        fields=_fields(fields),
        source=FORM_SOURCES.get(row["adx_entitysourcetype"], Source.QUERY),
        query_name=_text(row, "adx_recordidquerystringparametername"),
        next_text=_text(row, "adx_submitbuttontext"),
        redirect_page_id=_text(row, "_adx_redirectwebpage_value") if redirects else "",
        **_shared(row),
    )
    return WebForm(id, _text(row, "adx_name"), id, {id: step}, is_single=True)


def _shared(row: Row) -> dict[str, Any]:
    """What steps and entity forms call the same."""
    associates = bool(row["adx_associatecurrentportaluser"])
    return {
        "name": _text(row, "adx_name"),
        "title": _text(row, "adx_title") if "adx_title" in row else "",
        "mode": _known(Mode, row["adx_mode"]) or Mode.INSERT,
        "all_required": bool(row["adx_forceallfieldsrequired"]),
        "user_lookup": _text(row, "adx_targetentityportaluserlookupattribute").lower() if associates else "",
        "form_name": _text(row, "adx_formname"),
        "tab_name": _text(row, "adx_tabname"),
        "instructions": _text(row, "adx_instructions"),
        "success": _text(row, "adx_successmessage"),
        "redirect_url": _text(row, "adx_redirecturl"),
        "file": _file(row, _text(row, "adx_accept" if "adx_accept" in row else "adx_attachfileaccept")),
    }


def _file(row: Row, accept: str) -> FormFile | None:
    if not row["adx_attachfile"]:
        return None
    return FormFile(
        label=_text(row, "adx_attachfilelabel"),
        accept=accept,
        is_restricted=bool(row["adx_attachfilerestrictaccept"]),
        is_required=bool(row["adx_attachfilerequired"]),
        kilobytes=max(row["adx_attachfilemaxsize"] or 0, 0),
    )


def _fields(rows: list[Row]) -> tuple[FormField, ...]:
    """In the order of their import sequence number, then of their creation."""
    own = [row for row in rows if row["adx_type"] in {None, ATTRIBUTE} and row["adx_attributelogicalname"]]
    own.sort(key=lambda row: (row["importsequencenumber"] or LAST, str(row["createdon"] or "")))
    return tuple(_field(row) for row in own)


def _field(row: Row) -> FormField:
    return FormField(
        name=_text(row, "adx_attributelogicalname").lower(),
        label=_text(row, "adx_label"),
        help=_text(row, "adx_description") if row["adx_adddescription"] else "",
        is_required=bool(row["adx_fieldisrequired"]),
        required_error=_text(row, "adx_requiredfieldvalidationerrormessage"),
        pattern=_text(row, "adx_validationregularexpression"),
        pattern_error=_text(row, "adx_validationregularexpressionerrormessage"),
        starts_with=_filled(row, "prepopulate"),
        on_save=_filled(row, "onsave") if row["adx_setvalueonsave"] else None,
    )


def _filled(row: Row, kind: str) -> FilledBy | None:
    filling = _known(Filling, row[f"adx_{kind}type"])
    value, attribute = _text(row, f"adx_{kind}value"), _text(row, f"adx_{kind}fromattribute").lower()
    if filling is None:
        return FilledBy(Filling.VALUE, value) if value else None
    return FilledBy(filling, value, attribute)


def _by(rows: list[Row], lookup: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_id(row[lookup]), []).append(row)
    return found


def _known(kind: type[Known], value: object) -> Known | None:
    try:
        return kind(value)  # type: ignore[call-arg]
    except ValueError:
        return None


def _id(value: object) -> str:
    return str(value or "").lower()


def _text(row: Row, name: str) -> str:
    return str(row[name] or "").strip()
