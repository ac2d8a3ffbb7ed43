"""What a case is on a portal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from websites.objects.scene import Scene
from websites.records import Table

HELP_DESK, CREATE_CASE, CASE = "Help Desk", "Create Case", "Case"  # site markers
OPEN = 0  # statecode
IN_PROGRESS = 1  # statuscode
WEB = 3  # caseorigincode
LONGEST_TITLE, LONGEST_TEXT = 200, 2000

CASES = Table(
    name="incident",
    entity_set="incidents",
    id="incidentid",
    title="title",
    fields=(),
    order="createdon desc",
    also_read=(
        "title",
        "ticketnumber",
        "description",
        "statecode",
        "statuscode",
        "prioritycode",
        "casetypecode",
        "createdon",
        "modifiedon",
        "adx_resolution",
        "adx_resolutiondate",
        "_customerid_value",
    ),
)
STATUS: Mapping[int, str] = {
    1: "In Progress",
    2: "On Hold",
    3: "Waiting for Details",
    4: "Researching",
    5: "Problem Solved",
    6: "Cancelled",
    1000: "Information Provided",
    2000: "Merged",
}
TYPES: Mapping[int, str] = {1: "Question", 2: "Problem", 3: "Request"}
PRIORITIES: Mapping[int, str] = {3: "Low", 2: "Normal", 1: "High"}


def status_label(scene: Scene, row: Mapping[str, Any]) -> str:
    """The status reason in the site's words; of a reason that somebody added, whether the case is open."""
    known = STATUS.get(int(row.get("statuscode") or 0)) or ("Open" if is_open(row) else "Closed")
    return scene.snippet(f"Case/Status/{known}", known)


def choice_label(scene: Scene, kind: str, known: Mapping[int, str], value: object) -> str:
    """ "" for a value that somebody added, or for none."""
    label = known.get(int(str(value))) if value is not None and str(value).isdecimal() else None
    return scene.snippet(f"Case/{kind}/{label}", label) if label else ""


def is_open(row: Mapping[str, Any]) -> bool:
    return int(row.get("statecode") or 0) == OPEN


def case_url(scene: Scene, number: str) -> str:
    """Where the case is shown; "" where the site has no such page."""
    page = scene.edition.markers.get(CASE)
    return f"{page.path}{number}/" if page and number else ""
