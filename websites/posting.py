"""A form that a visitor sent: whose page is it, may it come from there, and what happened."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote, urlencode

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from core.errors import Unavailable
from websites.errors import FormRefused, FormTooOften, PageDenied, PageMissing
from websites.failures import failure_note
from websites.features import ActionCall, ActionDone, Feature, feature_at
from websites.objects.scene import FormState, Scene
from websites.plainpages import access_denied_page, form_missing_page, form_too_large_page, page_missing_page
from websites.quotas import Quota, quota_count, quota_has_room, sender_of
from websites.rendering import Rendered, scene_of, visit_answer, visit_resolve
from websites.resolving import Found
from websites.site.loaded import LoadedSite
from websites.visit import Visit

ACTION = "_action"
FIELD = 100_000  # characters of one field
AWAY = "Your message could not be sent just now. What you typed is still here: please try again in a minute."
TOO_OFTEN = "You have sent this form several times. Please wait an hour before you send it again."


def post_answer(request: HttpRequest, visit: Visit, loaded: LoadedSite) -> HttpResponse | Rendered:
    """What the form's page answers: a redirect where it is done, else the page with what was typed.

    Raises:
        SignInNeeded: the page is for those who are signed in.
    """
    found = visit_resolve(visit, loaded)
    scene = scene_of(visit, loaded, found) if isinstance(found, Found) else None
    try:
        values = _values(request)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, BadRequest):
        return form_too_large_page()
    feature = _feature(scene, values.get(ACTION, "")) if scene else None
    if scene is None:
        return page_missing_page()
    if feature is None:
        return form_missing_page()
    sender = sender_of(request, visit.visitor.contact_id if visit.visitor else "")
    return _do(feature, ActionCall(scene, values, _lists(request), _files(request), sender))


def values_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of a form's fields, as many as each has; nothing where the form cannot be read."""
    if request.method != "POST":
        return []
    try:
        lists = _lists(request)
    except (SuspiciousOperation, BadRequest):
        return []
    return [(name, value.replace("\x00", "")) for name, values in lists.items() for value in values]


def _feature(scene: Scene, name: str) -> Feature | None:
    feature = feature_at(scene)
    if feature is None or name not in feature.actions:
        return None
    feature.check(scene)
    return feature


def _do(feature: Feature, call: ActionCall) -> HttpResponse | Rendered:
    name = call.value(ACTION)
    try:
        return _redirect(_counted(feature, name, call) if name in feature.quotas else feature.actions[name](call))
    except FormRefused as refused:
        return _again(call, refused.errors, refused.http_status)
    except PageDenied:
        return access_denied_page()
    except PageMissing:
        return page_missing_page()
    except Unavailable as problem:
        _note(call, problem)
        return _again(call, {"": call.scene.snippet("Form/Away", AWAY)}, 503)


def _note(call: ActionCall, problem: Unavailable) -> None:
    """A refusal for good is no matter of waiting: those who manage the portal read of it."""
    if problem.permanent:
        visit = call.scene.visit
        failure_note(visit.portal.portal_id, host=visit.portal.host, path=visit.path, reason=str(problem))


def _counted(feature: Feature, name: str, call: ActionCall) -> ActionDone:
    """Do it where the sender's quota has room; only what was accepted counts."""
    quota, portal_id = feature.quotas[name], call.scene.visit.portal.portal_id
    if not quota_has_room(portal_id=portal_id, form=quota.name, sender=call.sender, most=_most(call, quota)):
        raise FormTooOften({"": call.scene.snippet("Form/Too Often", TOO_OFTEN)})
    done = feature.actions[name](call)
    quota_count(portal_id=portal_id, form=quota.name, sender=call.sender)
    return done


def _most(call: ActionCall, quota: Quota) -> int:
    return quota.most_at(call.scene.settings)


def _again(call: ActionCall, errors: dict[str, str], status: int) -> Rendered:
    form = FormState(call.value(ACTION), call.values, errors)
    return visit_answer(call.scene.visit, call.scene.loaded, form=form, status=status)


def _redirect(done: ActionDone) -> HttpResponse:
    """303 to a path of this site: what an action names is never an address elsewhere."""
    path = "/" + done.path.lstrip("/\\")
    query = urlencode({**done.params, **({"notice": done.notice} if done.notice else {})})
    response = HttpResponse(status=303)
    response["Location"] = path + (f"?{query}" if query else "") + (f"#{quote(done.anchor)}" if done.anchor else "")
    response["Cache-Control"] = "no-store"
    return response


def _values(request: HttpRequest) -> dict[str, str]:
    found = {name: str(request.POST.get(name) or "") for name in request.POST}
    return {name: value[:FIELD].replace("\x00", "").replace("\r\n", "\n") for name, value in found.items()}


def _lists(request: HttpRequest) -> dict[str, tuple[str, ...]]:
    return {name: tuple(value[:FIELD] for value in request.POST.getlist(name)) for name in request.POST}


def _files(request: HttpRequest) -> dict[str, UploadedFile]:  # type: ignore[type-arg]
    return {name: cast("UploadedFile", file) for name, file in request.FILES.items() if file}  # type: ignore[type-arg]
