"""The Cases tab: the cases of an organization, and one of them with what was written on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from core.messages import Message, message_for
from core.models import User
from organizations.cases.answering import ReplyTo, case_answer
from organizations.cases.forms import AnswerForm
from organizations.cases.reading import case_read, cases_page
from organizations.cases.values import CaseFilters, CaseSort, CaseState
from organizations.errors import OrganizationProblem
from organizations.models import Organization
from organizations.policy import Action, organizations_for, require

EVERY_STATE = "all"
PLACES = 12  # pages that one can go back to one by one; before them comes the first
COLUMNS = {  # heading: the sort it begins with, and the other way round
    "number": (CaseSort.NUMBER, CaseSort.NUMBER_DOWN),
    "title": (CaseSort.TITLE, CaseSort.TITLE_DOWN),
    "created": (CaseSort.NEWEST, CaseSort.OLDEST),
}


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """The tab: the first organization's cases."""
    actor = cast(User, request.user)
    require(actor, Action.CASE_VIEW)
    first = organizations_for(actor, Action.CASE_VIEW).order_by("name").first()
    return redirect("organization-cases", first.pk) if first else render(request, "cases/none.html")


@login_required
@never_cache
def organization_cases(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    actor, organization = _asked(request, organization_id)
    filters = _filters(request.GET)
    shown: dict[str, Any] = {
        "organization": organization,
        "instances": organizations_for(actor, Action.CASE_VIEW).order_by("name"),
        "filters": filters,
        "states": CaseState.choices,
        "sorts": {name: _sort(request.GET, filters, *pair) for name, pair in COLUMNS.items()},
        **_back(request.GET, filters),
    }
    try:
        page = cases_page(actor=actor, organization=organization, filters=filters)
        shown |= {"page": page, "next_url": _on(request.GET, filters, page.next) if page.next else ""}
    except OrganizationProblem as problem:
        shown |= {"page": None, "next_url": "", "away": _away(problem)}
    return render(request, "cases/cases.html", shown)


@login_required
@never_cache
def case(request: HttpRequest, organization_id: uuid.UUID, case_id: uuid.UUID, slot: str = "") -> HttpResponse:
    """A case. ``slot`` names the page of another room that is shown in its midst; it may be slow or absent."""
    actor, organization = _asked(request, organization_id)
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if form.is_bound and form.is_valid() and _answered(form, actor, organization, case_id):
        messages.success(request, _said(form))
        return redirect("case", organization.pk, case_id)
    shown: dict[str, Any] = {
        "organization": organization,
        "form": form,
        "slot_url": reverse(slot, args=[organization.pk, case_id]) if slot else "",
        "case": None,
        "entries": (),
    }
    try:
        shown["case"], shown["entries"] = case_read(actor=actor, organization=organization, case_id=case_id)
        if shown["case"].row.state != CaseState.ACTIVE:
            del form.fields["resolve"]
    except OrganizationProblem as problem:
        shown["away"] = _away(problem)
    return render(request, "cases/case.html", shown, status=form.status)


def _answered(form: AnswerForm, actor: User, organization: Organization, case_id: uuid.UUID) -> bool:
    typed = form.cleaned_data

    def answer() -> bool:
        case_answer(
            actor=actor,
            organization=organization,
            case_id=case_id,
            text=typed["text"],
            to=ReplyTo(typed["to"]),
            once=typed["once"],
            resolve=typed["resolve"],
        )
        return True

    return bool(form.decide(answer))


def _said(form: AnswerForm) -> str:
    to_customer = form.cleaned_data["to"] == ReplyTo.CUSTOMER
    written = "The reply is on the portal." if to_customer else "The note is kept."
    return f"{written} The case is resolved." if form.cleaned_data["resolve"] else written


def _asked(request: HttpRequest, organization_id: uuid.UUID) -> tuple[User, Organization]:
    actor = cast(User, request.user)
    require(actor, Action.CASE_VIEW, organization_id)
    return actor, get_object_or_404(Organization, pk=organization_id)


def _away(problem: OrganizationProblem) -> dict[str, Any]:
    """Why the organization shows nothing, in words."""
    known = message_for(problem.code) or Message(problem.message)
    return {"heading": known.heading, "text": problem.message, "next_action": known.next_action, "code": problem.code}


def _filters(asked: QueryDict) -> CaseFilters:
    sort = asked.get("sort", "")
    return CaseFilters(
        state=_state(asked.get("state", "")),
        search=asked.get("search", "").strip()[:100],
        sort=CaseSort(sort) if sort in CaseSort.values else CaseSort.NEWEST,
        after=asked.get("after", ""),
    )


def _state(text: str) -> CaseState | None:
    """Active ones, unless others are asked for."""
    if text == EVERY_STATE:
        return None
    return CaseState(int(text)) if text in {str(value) for value in CaseState.values} else CaseState.ACTIVE


def _sort(asked: QueryDict, filters: CaseFilters, first: CaseSort, other: CaseSort) -> dict[str, str]:
    """A column's sort link: what it leads to, and how the column is sorted now (``aria-sort``)."""
    direction = "descending" if filters.sort.value.startswith("-") else "ascending"
    return {
        "url": _with(asked, sort=(other if filters.sort is first else first).value, after=""),
        "direction": direction if filters.sort in {first, other} else "",
    }


def _back(asked: QueryDict, filters: CaseFilters) -> dict[str, str]:
    """The way to the page before. The list itself leads forwards only, so the address says where one has been."""
    if not filters.after:
        return {"newer_url": "", "newer_label": ""}
    *before, last = ["", *asked.getlist("back")[-PLACES:]]
    return {"newer_url": _with(asked, back=before, after=last), "newer_label": "Previous" if last else "First page"}


def _on(asked: QueryDict, filters: CaseFilters, next: str) -> str:
    """The way to the page after."""
    been = [*asked.getlist("back"), filters.after][-PLACES:]
    return _with(asked, back=been, after=next)


def _with(asked: QueryDict, *, after: str, back: Sequence[str] = (), **changes: str) -> str:
    """The page's address at another place of the list; empty parameters are left out."""
    now = {name: asked.get(name, "") for name in asked} | changes
    kept = QueryDict(mutable=True)
    kept.update({name: value for name, value in now.items() if value and name not in {"after", "back"}})
    kept.setlist("back", [place for place in back if place])
    if after:
        kept["after"] = after
    return f"?{kept.urlencode()}"
