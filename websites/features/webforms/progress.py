"""How far somebody is in a form."""

from __future__ import annotations

from collections.abc import Sequence

from websites.features.webforms.sessions import FormSession
from websites.site.form_values import FormStep, Progress, StepKind, WebForm
from websites.templating.drop import Drop

MOST = 40  # steps
_NAMES = {Progress.TITLE: "title", Progress.NUMERIC: "numeric", Progress.BAR: "bar"}


def path_of(form: WebForm, session: FormSession) -> list[FormStep]:
    """The forms on the way: those that were sent, this one, and those that would follow if every answer were yes."""
    ids = [one.step_id for one in session.visited]
    if session.step_id not in ids:
        ids.append(session.step_id)
    found = [form.steps[id] for id in ids if id in form.steps]
    while found and len(found) < MOST:
        following = _next_form(form, found[-1])
        if following is None or following in found:
            break
        found.append(following)
    return found


def _next_form(form: WebForm, step: FormStep) -> FormStep | None:
    found = form.steps.get(step.next_id)
    for _ in range(MOST):
        if found is None or found.kind is not StepKind.CONDITION:
            break
        found = form.steps.get(found.next_id)
    return found if found is not None and found.kind in {StepKind.FORM, StepKind.TAB} else None


def progress_drop(form: WebForm, path: Sequence[FormStep], step_id: str) -> Drop | None:
    """nil where the form shows none, or has one step only."""
    if form.progress is None or len(path) < 2:
        return None
    kind = _NAMES[form.progress]
    number = next(index for index, step in enumerate(path, start=1) if step.id == step_id)
    return Drop(
        {
            "kind": lambda: kind,
            "number": lambda: number,
            "count": lambda: len(path),
            "steps": lambda: [_step(step, index, number) for index, step in enumerate(path, start=1)],
        }
    )


def _step(step: FormStep, index: int, number: int) -> Drop:
    return Drop(
        {
            "title": lambda: step.title or step.name,
            "is_current": lambda: index == number,
            "is_done": lambda: index < number,
        }
    )
