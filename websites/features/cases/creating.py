"""Opening a case: first its title, to which articles are offered; then the rest. Both steps are plain forms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features.cases.attaching import attach, upload_read, upload_words
from websites.features.cases.deflecting import articles_for
from websites.features.cases.values import (
    CASES,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PRIORITIES,
    TYPES,
    WEB,
    case_url,
    choice_label,
)
from websites.features.once import once_of, row_id_of
from websites.features.registry import ActionCall, ActionDone
from websites.objects.scene import Scene
from websites.resolving import article_path
from websites.site.values import Article
from websites.templating.drop import Drop
from websites.tracking import CASE_CREATED, interaction
from websites.workflows.models import PortalCase


def create_open(scene: Scene) -> Mapping[str, object]:
    """``create``: ``step`` (1, 2), ``title``, ``articles``, ``types``, ``priorities``, ``upload``, ``once``.

    Raises:
        PageDenied: the visitor may open no case.
    """
    if not scene.access.may("incident", Right.CREATE):
        raise PageDenied("This visitor may open no case.")
    title = (scene.form.values.get("title") or scene.visit.params.get("title", "")).strip()[:LONGEST_TITLE]
    found = articles_for(scene.edition, title) if title else []
    create = Drop(
        {
            "step": lambda: 2 if title or scene.form.errors else 1,
            "title": lambda: title,
            "longest_title": lambda: LONGEST_TITLE,
            "longest_text": lambda: LONGEST_TEXT,
            "articles": lambda: [_article(scene, article) for article in found],
            "types": lambda: _choices(scene, "Type", TYPES, "2"),
            "priorities": lambda: _choices(scene, "Priority", PRIORITIES, "2"),
            "upload": lambda: upload_words(scene),
            "once": lambda: once_of(scene),
        }
    )
    return {"create": create}


def case_create(call: ActionCall) -> ActionDone:
    """The second step's form.

    Raises:
        PageDenied
        FormRefused: a sentence for each field.
    """
    scene = call.scene
    values = _checked(call)
    if not scene.access.may("incident", Right.CREATE, {"_customerid_value": _contact(scene)}):
        raise PageDenied("This visitor may open no case.")
    case_id = row_id_of(call, "case")
    upload = upload_read(call)
    scene.rows.upsert(CASES.entity_set, case_id, {**values, **_facts(scene)})
    PortalCase.objects.get_or_create(case_id=case_id, defaults={"portal_id": scene.visit.portal.portal_id})
    if upload:
        attach(call, case_id, upload)
    interaction(scene, CASE_CREATED, id=str(case_id), text=str(values["title"]))
    return ActionDone(case_url(scene, _number(scene, case_id)) or scene.page.path, "case-created")


def _checked(call: ActionCall) -> dict[str, Any]:
    scene, errors = call.scene, {}
    title, text = call.value("title"), call.value("description")
    for name, value, longest in (("title", title, LONGEST_TITLE), ("description", text, LONGEST_TEXT)):
        if not value:
            errors[name] = scene.snippet("Form/Required", "Please fill in this field.")
        elif len(value) > longest:
            too_long = scene.snippet("Form/Too Long", "That is too long: at most {limit} characters.")
            errors[name] = too_long.replace("{limit}", str(longest))
    chosen = {"casetypecode": (call.value("type"), TYPES), "prioritycode": (call.value("priority"), PRIORITIES)}
    for column, (value, known) in chosen.items():
        if value not in {str(number) for number in known}:
            field = "type" if column == "casetypecode" else "priority"
            errors[field] = scene.snippet("Form/Choice", "Please choose one of the list.")
    if errors:
        raise FormRefused(errors)
    return {"title": title, "description": text, **{column: int(value) for column, (value, _) in chosen.items()}}


def _facts(scene: Scene) -> dict[str, Any]:
    """What the visitor does not choose."""
    visitor = scene.visit.visitor
    return {
        "caseorigincode": WEB,
        "customerid_contact@odata.bind": f"/contacts({_contact(scene)})",
        "emailaddress": visitor.email[:100] if visitor else "",
        "adx_createdbyusername": visitor.name[:100] if visitor else "",
    }


def _contact(scene: Scene) -> str:
    return scene.visit.visitor.contact_id if scene.visit.visitor else ""


def _number(scene: Scene, case_id: uuid.UUID) -> str:
    """The number that the organization gave it."""
    row = scene.rows.row(CASES.entity_set, case_id, select=("ticketnumber",))
    return str(row.get("ticketnumber") or "") if row else ""


def _choices(scene: Scene, kind: str, known: Mapping[int, str], default: str) -> list[Drop]:
    chosen = scene.form.values.get(kind.lower(), default)
    return [_choice(str(value), choice_label(scene, kind, known, value), chosen) for value in known]


def _choice(value: str, label: str, chosen: str) -> Drop:
    return Drop({"value": lambda: value, "label": lambda: label, "is_chosen": lambda: value == chosen})


def _article(scene: Scene, article: Article) -> Drop:
    return Drop(
        {
            "title": lambda: article.title,
            "description": lambda: article.description,
            "url": lambda: article_path(scene.edition, article),
        }
    )
