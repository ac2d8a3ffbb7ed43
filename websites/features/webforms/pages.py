"""The page of a web form: the step that is due, sent onwards and back, until the form is finished."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from websites.errors import FormRefused, PageMissing
from websites.features import ActionCall, ActionDone, Feature
from websites.features.once import once_of, row_id_of
from websites.features.webforms.carrying import form_here, object_name
from websites.features.webforms.conditions import condition_columns, condition_holds
from websites.features.webforms.fields import facts_of, fields_of
from websites.features.webforms.files import file_of, is_stuck, upload_words
from websites.features.webforms.layout import step_laid_out
from websites.features.webforms.progress import path_of, progress_drop
from websites.features.webforms.saving import beginning, step_save, target_of
from websites.features.webforms.sessions import (
    PARAM,
    FormSession,
    Visited,
    session_close,
    session_find,
    session_keep,
)
from websites.objects.scene import Scene
from websites.quotas.values import Quota
from websites.records import Kind, facts_drop, fields_drop
from websites.records.definitions import Definition, definition_of
from websites.site.cleaning import html_clean
from websites.site.form_values import FormStep, Mode, StepKind, WebForm
from websites.templating.drop import Drop

STEP, FINISHED = "_step", "finished"
FILES = Quota("web-form-file", 60, "Web Forms/Files per Hour")  # of a form that takes files
MOST = 40  # steps that are walked: a circle of conditions ends here
PASSED = "This step has been sent already. You are at the step that comes next."


def form_feature(scene: Scene) -> Feature | None:
    """The feature of a page that carries a web form or an entity form."""
    form = form_here(scene)
    if form is None:
        return None
    quotas = {"next": FILES} if any(step.file for step in form.steps.values()) else {}
    actions = {"next": _next, "previous": _previous}
    return Feature("", _open, actions=actions, quotas=quotas, needs_sign_in=form.needs_sign_in)


def _form(scene: Scene) -> WebForm:
    form = form_here(scene)
    if form is None:
        raise PageMissing("The page carries no form.")
    return form


def _open(scene: Scene) -> Mapping[str, object]:
    return {object_name(scene): _opened(scene, _form(scene))}


def _opened(scene: Scene, form: WebForm) -> Drop:
    finished = form.steps.get(scene.visit.params.get(FINISHED, ""))
    if finished is not None:
        return Drop({"is_finished": lambda: True, "message": lambda: html_clean(finished.success)})
    session = session_find(scene, form) or FormSession(uuid.UUID(int=0), _first(form))
    step = step_laid_out(scene, form.steps[session.step_id])
    if not _is_served(scene, step):
        return Drop({"is_unserved": lambda: True, "title": lambda: step.name})
    return Drop(_shown(scene, form, session, step))


def _shown(scene: Scene, form: WebForm, session: FormSession, step: FormStep) -> dict[str, Callable[[], object]]:
    definition = definition_of(scene, step.table)
    target = target_of(scene, step, session, definition)
    row = target.row if target.row is not None else beginning(scene, step, definition)
    is_typed = step.mode is not Mode.READ_ONLY
    fields = fields_of(scene, step, definition, target.row) if is_typed else facts_of(step, definition)
    return {
        "title": lambda: step.title or (step.name if not form.is_single else ""),
        "instructions": lambda: html_clean(step.instructions),
        "fields": lambda: fields_drop(scene, fields, action="next", row=row) if is_typed else [],
        "facts": lambda: [] if is_typed else facts_drop(scene, fields, row),
        "upload": lambda: upload_words(scene, step),
        "step": lambda: step.id,
        "once": lambda: once_of(scene),
        "may_go_back": lambda: step.may_go_back and session.may_go_back,
        "is_last": lambda: not _goes_on(form, step),
        "next_text": lambda: step.next_text,
        "previous_text": lambda: step.previous_text,
        "progress": lambda: progress_drop(form, path_of(form, session), step.id),
    }


def _is_served(scene: Scene, step: FormStep) -> bool:
    """Whether there is something to fill in or to read, and nothing is wanted that cannot be given."""
    is_form = step.kind in {StepKind.FORM, StepKind.TAB}
    return is_form and bool(step.fields or file_of(scene, step)) and not is_stuck(scene, step)


def _goes_on(form: WebForm, step: FormStep) -> bool:
    """Whether another form may follow."""
    following = form.steps.get(step.next_id)
    return following is not None and following.kind is not StepKind.REDIRECT


def _first(form: WebForm) -> str:
    """The first step that shows something. A question at the very beginning has no row to ask."""
    step = form.steps[form.start_id]
    for _ in range(MOST):
        if step.kind is not StepKind.CONDITION:
            return step.id
        step = form.steps.get(step.else_id or step.next_id) or step
    raise PageMissing("The form has no step to begin with.")


def _next(call: ActionCall) -> ActionDone:
    """Check, write, and go on; a step that was sent already is not sent again."""
    scene = call.scene
    form = _form(scene)
    kept = session_find(scene, form)
    session = kept or FormSession(row_id_of(call, f"webform:{form.id}"), _first(form))
    step = step_laid_out(scene, form.steps[session.step_id])
    if call.values.get(STEP, "") != step.id or not _is_served(scene, step):
        raise FormRefused({"": scene.snippet("Web Form/Passed", PASSED)})
    definition = definition_of(scene, step.table)
    target = target_of(scene, step, session, definition)
    values = step_save(call, step, definition, target)
    following = _following(form, step, _asked_of(scene, form, definition, target.id, values))
    visited = Visited(step.id, step.table, str(target.id), target.is_own)
    if following is None or following.kind is StepKind.REDIRECT:
        session_close(scene, session)
        return _finished(scene, step, following)
    session = session.sent(visited, following.id)
    session_keep(scene, form, session)
    return ActionDone(scene.page.path, params=_params(scene, form, session))


def _previous(call: ActionCall) -> ActionDone:
    """Back by one step; what was typed into this one is not kept."""
    scene = call.scene
    form = _form(scene)
    session = session_find(scene, form)
    if session is None or not session.may_go_back or not form.steps[session.step_id].may_go_back:
        raise PageMissing("There is no step to go back to.")
    session = session.back()
    session_keep(scene, form, session)
    return ActionDone(scene.page.path, params=_params(scene, form, session))


def _params(scene: Scene, form: WebForm, session: FormSession) -> dict[str, str]:
    """A stranger carries the session in the address, and everybody where each visit begins anew."""
    kept = {name: value for name, value in scene.visit.params.items() if name not in {PARAM, "notice", FINISHED}}
    return kept if scene.visit.visitor and not form.starts_anew else {**kept, PARAM: str(session.id)}


def _asked_of(
    scene: Scene, form: WebForm, definition: Definition, id: uuid.UUID, values: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What conditions may ask of the row: what is known, and the columns that are not on this step."""
    asked = {name for one in form.steps.values() if one.condition for name in condition_columns(one.condition)}
    plain = {one.name for one in definition.fields.values() if one.kind is not Kind.LOOKUP}
    missing = tuple(sorted(name for name in asked & plain if name not in values))
    more = scene.rows.row(definition.entity_set, id, select=missing) if missing else None
    return {**(more or {}), **values}


def _following(form: WebForm, step: FormStep, row: Mapping[str, Any]) -> FormStep | None:
    """The next step that shows something or leads away; questions are answered on the way."""
    found = form.steps.get(step.next_id)
    for _ in range(MOST):
        if found is None or found.kind is not StepKind.CONDITION:
            return found
        found = form.steps.get(found.next_id if condition_holds(found.condition, row) else found.else_id)
    return None


def _finished(scene: Scene, step: FormStep, redirect: FormStep | None) -> ActionDone:
    """To the page that the form names; else the form's own page, which says that it is done."""
    way_out = redirect or step
    page = scene.edition.pages.get(way_out.redirect_page_id)
    if page is not None:
        return ActionDone(page.path, "web-form-finished")
    if way_out.redirect_url.startswith("/") and not way_out.redirect_url.startswith(("//", "/\\")):
        return ActionDone(way_out.redirect_url.partition("?")[0], "web-form-finished")
    return ActionDone(scene.page.path, params={FINISHED: step.id})
