"""Which handler answers which address below a hub's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from analytics.hub.call import Call
from analytics.hub.errors import method_wrong, not_found, not_served
from analytics.hub.reply import Reply
from analytics.hub.views import arm, data, messages, model, policies, profiles

_ID = r"\('(?P<id>(?:[^']|'')*)'\)"
_NAME = r"(?P<name>[^/]+)"
_KIND = r"(?P<kind>[A-Za-z]+)"

Routed = Callable[..., Reply]
ROUTES: tuple[tuple[str, dict[str, Routed]], ...] = (
    (r"data/Interactions", {"POST": data.interactions_post}),
    (rf"data/Interactions{_ID}", {"GET": data.interaction_get}),
    (r"data/\$metadata", {"GET": data.metadata_get}),
    (r"data/?", {"GET": data.service_get}),
    (r"data/KPIs\((?P<keys>[^)]*)\)/Values", {"GET": data.kpi_values_get}),
    (r"data/(?P<set>[A-Za-z]\w*)", {"POST": profiles.profile_post, "GET": profiles.profiles_get}),
    (rf"data/(?P<set>[A-Za-z]\w*){_ID}", {"GET": profiles.profile_get}),
    (rf"data/(?P<set>[A-Za-z]\w*){_ID}/Interactions", {"GET": data.interactions_get}),
    (r"manage/sas/policies", {"GET": policies.policies_get}),
    (rf"manage/sas/policies/{_NAME}", {"GET": policies.policy_get, "PUT": policies.policy_write}),
    (rf"manage/sas/policies/{_NAME}/regenerate(?P<which>Primary|Secondary)Key", {"POST": policies.key_post}),
    (r"manage/model/operations/(?P<id>[^/]+)", {"GET": model.operation_get}),
    (rf"manage/model/{_KIND}", {"GET": model.list_get}),
    (rf"manage/model/{_KIND}/{_NAME}", {"GET": model.one_get, "PUT": model.one_put, "DELETE": model.one_delete}),
    (rf"manage/model/interactions/{_NAME}/suggestRelationshipLinks", {"POST": model.suggest_post}),
    (r"messages", {"POST": messages.messages_post}),
    (r"publishers/[^/]+/messages", {"POST": messages.messages_post}),
    (r"subscriptions/.*", dict.fromkeys(("GET", "PUT", "POST", "PATCH", "DELETE"), arm.arm_answer)),
)


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], dict[str, Routed]], ...]:
    return tuple((re.compile(pattern), methods) for pattern, methods in ROUTES)


def call_answer(call: Call) -> Reply:
    """
    Raises:
        HubError: 404, 405, 501, and whatever the handler finds.
    """
    if call.path == "data/Interactions" and call.method == "POST":  # thousands of times a second
        return data.interactions_post(call)
    for pattern, methods in _compiled():
        found = pattern.fullmatch(call.path)
        if found is None:
            continue
        handler = methods.get(call.method)
        if handler is None:
            raise method_wrong(call.method, ", ".join(methods))
        return handler(call, **found.groupdict())
    if call.path.startswith(("data/", "manage/")):
        raise not_served(f"/{call.path[:80]}")
    raise not_found(f"/{call.path[:80]}")
