"""Lists of opportunities: new, accepted, won and lost; a new one is accepted or declined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from websites.access import Right
from websites.errors import FormRefused
from websites.features import ActionCall, ActionDone, Feature
from websites.features.partner.history import note_write
from websites.features.partner.tables import (
    ACCEPTED,
    DECLINED,
    DELIVERED,
    EXPIRED,
    LOST,
    OPEN,
    OPPORTUNITY,
    WON,
)
from websites.objects.scene import Scene
from websites.records import row_change, row_of, rows_of, table_drop
from websites.records.reading import Row
from websites.templating.drop import Drop

DETAILS, CREATE = "Opportunity Details", "Create Opportunity"
ANSWERED = "This opportunity has been answered already."


@dataclass(frozen=True)
class Stack:
    """One of the lists. ``holds`` says whether a row belongs to it."""

    key: str
    marker: str
    label: str
    columns: tuple[str, ...]
    holds: Callable[[Row], bool]


def _is_new(row: Row) -> bool:
    return row.get("statecode") == OPEN and row.get("statuscode") == DELIVERED


def _is_given_up(row: Row) -> bool:
    return row.get("statecode") == LOST or row.get("statuscode") in {DECLINED, EXPIRED}


def _is_ours(row: Row) -> bool:
    return row.get("statecode") == OPEN and not _is_new(row) and not _is_given_up(row)


def _is_won(row: Row) -> bool:
    return row.get("statecode") == WON


STACKS = (
    Stack(
        "new",
        "New Opportunities",
        "New",
        ("name", "customerid", "estimatedvalue", "adx_delivereddate", "adx_expirydate"),
        _is_new,
    ),
    Stack(
        "accepted",
        "Accepted Opportunities",
        "Accepted",
        ("name", "customerid", "estimatedvalue", "salesstagecode", "msa_partneroppid", "estimatedclosedate"),
        _is_ours,
    ),
    Stack("won", "Won Opportunities", "Won", ("name", "customerid", "actualvalue", "adx_wondate"), _is_won),
    Stack("lost", "Lost Opportunities", "Lost", ("name", "customerid", "estimatedvalue", "statuscode"), _is_given_up),
)


def opportunities_all(scene: Scene) -> list[Row]:
    """Every opportunity that the visitor may see, the ones that changed last first."""
    return rows_of(scene, OPPORTUNITY)


def details_url(scene: Scene, row: Row) -> str:
    page = scene.edition.markers.get(DETAILS)
    return f"{page.path}{row[OPPORTUNITY.id]}/" if page else ""


def _open(stack: Stack) -> Callable[[Scene], Mapping[str, object]]:
    def open_(scene: Scene) -> Mapping[str, object]:
        rows = opportunities_all(scene)
        shown = [row for row in rows if stack.holds(row)]
        return {"opportunities": Drop(_fields(scene, stack, rows, shown))}

    return open_


def _fields(scene: Scene, stack: Stack, rows: list[Row], shown: list[Row]) -> dict[str, Callable[[], object]]:
    create = scene.edition.markers.get(CREATE)
    return {
        "key": lambda: stack.key,
        "stacks": lambda: stacks_drop(scene, rows),
        "table": lambda: table_drop(
            scene, OPPORTUNITY, stack.columns, shown, url=lambda row: "" if _is_new(row) else details_url(scene, row)
        ),
        "may_answer": lambda: stack.key == "new" and scene.access.may(OPPORTUNITY.name, Right.WRITE),
        "create_url": lambda: create.path if create and scene.access.may(OPPORTUNITY.name, Right.CREATE) else "",
    }


def stacks_drop(scene: Scene, rows: list[Row]) -> list[Drop]:
    """The lists with how many are in each, those that have a page."""
    return [_stack(scene, stack, rows) for stack in STACKS if stack.marker in scene.edition.markers]


def _stack(scene: Scene, stack: Stack, rows: list[Row]) -> Drop:
    page = scene.edition.markers[stack.marker]
    return Drop(
        {
            "key": lambda: stack.key,
            "label": lambda: scene.snippet(f"Opportunities/{stack.label}", stack.label),
            "url": lambda: page.path,
            "count": lambda: sum(stack.holds(row) for row in rows),
            "is_current": lambda: scene.is_page(stack.marker),
        }
    )


def _accept(call: ActionCall) -> ActionDone:
    today = datetime.now(UTC).date().isoformat()
    values: dict[str, Any] = {"statuscode": ACCEPTED, "adx_accepteddate": today, "adx_expirydate": None}
    return _answer(call, values, "Accepted", "opportunity-accepted")


def _decline(call: ActionCall) -> ActionDone:
    return _answer(call, {"statuscode": DECLINED, "adx_expirydate": None}, "Declined", "opportunity-declined")


def _answer(call: ActionCall, values: dict[str, Any], word: str, notice: str) -> ActionDone:
    """Only a new one is answered; who comes second is told so."""
    scene = call.scene
    row = row_of(scene, OPPORTUNITY, call.value("id"), right=Right.WRITE)
    if not _is_new(row):
        raise FormRefused({"": scene.snippet("Opportunity/Answered", ANSWERED)})
    row_change(scene, OPPORTUNITY, row, {**values, "stepname": scene.snippet(f"Choice/{word}", word)})
    note_write(scene, row, name=scene.snippet(f"Choice/{word}", word))
    return ActionDone(scene.page.path, notice)


def feature_of(stack: Stack) -> Feature:
    actions = {"accept": _accept, "decline": _decline} if stack.key == "new" else {}
    return Feature(stack.marker, _open(stack), actions=actions, needs_sign_in=True)


def overview_open(scene: Scene) -> Mapping[str, object]:
    """The page above the lists: what waits in each."""
    rows = opportunities_all(scene)
    create = scene.edition.markers.get(CREATE)
    fields: dict[str, Callable[[], object]] = {
        "key": lambda: "",
        "stacks": lambda: stacks_drop(scene, rows),
        "table": lambda: None,
        "create_url": lambda: create.path if create and scene.access.may(OPPORTUNITY.name, Right.CREATE) else "",
    }
    return {"opportunities": Drop(fields)}
