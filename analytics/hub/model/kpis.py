"""KPIs over the events of a type: a function of them in each hour, day, week or month, or over all time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from analytics.hub.errors import HubError, bad_request, not_served
from analytics.hub.events import stamp_told
from analytics.hub.model.definitions import Definition
from analytics.hub.models import Hub, InteractionType, ModelPart
from analytics.hub.rules import rules_of
from analytics.kinds import NOBODY, TEST_SESSION

WINDOWS = ("Lifetime", "Hour", "Day", "Week", "Month")
MOST_VALUES = 1000
_NUMBERS = ("Edm.Byte", "Edm.Int16", "Edm.Int32", "Edm.Int64", "Edm.Double", "Edm.Single", "Edm.Decimal")
_FUNCTIONS: Mapping[str, str] = {
    "Count": "count(*)",
    "CountDistinct": "count(DISTINCT {})",
    "Sum": "sum(({})::numeric)",
    "Avg": "avg(({})::numeric)",
    "Min": "min(({})::numeric)",
    "Max": "max(({})::numeric)",
}
_COUNTED = """
SELECT date_trunc(%(window)s, day::timestamp) AT TIME ZONE 'UTC', sum(n), sum(n) FROM hub_dailycount
WHERE hub_id = %(hub)s AND type_id = %(type)s GROUP BY 1 ORDER BY 1 DESC LIMIT {most}
"""
_CALCULATED = """
SELECT date_trunc(%(window)s, ts AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', {function}, count(*) FROM hub_interaction
WHERE hub_id = %(hub)s AND type_id = %(type)s
AND (contact IS DISTINCT FROM %(nobody)s OR session IS DISTINCT FROM %(test)s)
GROUP BY 1 ORDER BY 1 DESC LIMIT {most}
"""


def kpi_check(hub: Hub, told: Definition) -> None:
    """
    Raises:
        HubError: 400, wrong; 404, no such type; 501, a KPI that this hub does not calculate.
    """
    if told.get("entityType") != "Interaction":
        raise not_served("A KPI of anything but interactions")
    for name in ("filter", "groupBy", "extracts", "thresHolds", "participantProfilesMetadata"):
        if told.get(name):
            raise not_served(f"{name} of a KPI")
    if told.get("calculationWindow") not in WINDOWS:
        raise bad_request("InvalidDefinition", f"calculationWindow is one of {', '.join(WINDOWS)}.")
    if str(told.get("function")) not in _FUNCTIONS:
        raise not_served(f"The function {str(told.get('function'))[:40]} of a KPI")
    type_ = InteractionType.objects.filter(hub=hub, name=str(told.get("entityTypeName", ""))).first()
    if type_ is None:
        raise bad_request("InvalidDefinition", "entityTypeName is not an interaction type of this hub.")
    if told["function"] != "Count":
        _field(type_, told)


def kpi_values(hub: Hub, part: ModelPart, window: str = "") -> list[dict[str, Any]]:
    """The values, the newest window first; counts by day and more come from what was counted when it was stored.

    Raises:
        HubError: 400, it is calculated over another window.
    """
    told = part.definition
    if window and window != told["calculationWindow"]:
        raise bad_request("InvalidQuery", f"{part.name} is calculated over the window {told['calculationWindow']}.")
    type_ = InteractionType.objects.get(hub=hub, name=told["entityTypeName"])
    unit = {"Lifetime": "millennium"}.get(told["calculationWindow"], told["calculationWindow"].lower())
    with connection.cursor() as cursor:
        named = {"hub": hub.pk, "type": type_.pk, "window": unit, "nobody": NOBODY, "test": TEST_SESSION}
        cursor.execute(_statement(type_, told), named)
        found = cursor.fetchall()
    return [_told(part, at, value, count) for at, value, count in found]


def _statement(type_: InteractionType, told: Definition) -> str:
    if told["function"] == "Count" and told["calculationWindow"] != "Hour":
        return _COUNTED.format(most=MOST_VALUES)
    expression = "" if told["function"] == "Count" else _field(type_, told)
    return _CALCULATED.format(function=_FUNCTIONS[told["function"]].format(expression), most=MOST_VALUES)


def _told(part: ModelPart, at: datetime, value: Any, count: int) -> dict[str, Any]:
    is_lifetime = part.definition["calculationWindow"] == "Lifetime"
    return {
        "KpiName": part.name,
        "WindowType": part.definition["calculationWindow"],
        "UtcDateTime": None if is_lifetime else stamp_told(at),
        "Value": None if value is None else float(value),
        "CountValue": int(count),
    }


def _field(type_: InteractionType, told: Definition) -> str:
    """The property that the KPI is about, as SQL. Its name was checked when the type was put: no quote is in it.

    Raises:
        HubError: 400.
    """
    rules = rules_of(type_)
    field = rules.fields.get(str(told.get("expression", "")))
    if field is None or (told["function"] != "CountDistinct" and field.kind not in _NUMBERS):
        raise _invalid_expression(told)
    return field.column or f"more ->> '{field.name}'"


def _invalid_expression(told: Definition) -> HubError:
    what = "a field" if told["function"] == "CountDistinct" else "a number field"
    return bad_request("InvalidDefinition", f"expression is the name of {what} of the interaction type.")
