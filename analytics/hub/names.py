"""Which names hubs, types and policies may have: the rules of the original (api-version 2017-04-26)."""

from __future__ import annotations

import re

from analytics.hub.errors import bad_request

HUB = re.compile(r"[a-zA-Z][a-zA-Z0-9]{1,63}")
TYPE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{1,127}")
LONG = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{1,511}")  # links, relationships, KPIs, views, segments
POLICY = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][\w.-]{0,48}[A-Za-z0-9]", re.ASCII)
FIELD = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,127}")
RESERVED = frozenset(
    {
        "active",
        "agentprofileid",
        "calculationtime",
        "countvalue",
        "interactionid",
        "key",
        "kpitime",
        "lastmodified",
        "lastmodifiedutcdatetimeticks",
        "maxvalue",
        "minvalue",
        "profileid",
        "reserved_system_time",
        "sumvalue",
        "utcdatetime",
        "value",
    }
)


def name_check(rule: re.Pattern[str], name: object, what: str) -> str:
    """The name.

    Raises:
        HubError: 400 ``InvalidName``, it breaks the rule or is reserved.
    """
    if not isinstance(name, str) or not rule.fullmatch(name):
        raise bad_request("InvalidName", f"The name of {what} must match {rule.pattern}.")
    if name.lower() in RESERVED:
        raise bad_request("InvalidName", f"The name '{name}' is reserved by the hub.")
    return name
