"""Whatever JSON comes to a hub is taken or refused in words."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analytics.hub.errors import HubError
from analytics.hub.events import event_read
from analytics.hub.model.definitions import INTERACTION, definition_read, interaction_check
from analytics.hub.models import Hub, InteractionType
from analytics.hub.rules import rules_of
from tests.builders.embedded_hubs import (
    ARTICLE,
    COMMON,
    OPTIONAL,
    OWN_FIELDS,
    HubClient,
    article,
)

pytestmark = pytest.mark.django_db

# --- Whatever comes, it is read or refused in words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)

NAMES = st.sampled_from([*COMMON, *OWN_FIELDS[ARTICLE], *OPTIONAL, "InteractionType", "x"])

HOW = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@HOW
@given(changes=st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=4))
def test_any_event_is_read_or_refused(hub: Hub, changes: dict[str, Any]) -> None:
    rules = rules_of(InteractionType.objects.get(hub=hub, name=ARTICLE))
    event = json.loads(json.dumps({**article(), **changes}))
    try:
        row = event_read(hub.pk, rules, event, timezone.now()).row
    except HubError as refused:
        told = (refused.status, refused.code.isalpha())
    else:
        told = (
            400,
            "\x00" not in f"{row.txt}{row.session}{row.lang}" and row.ts <= timezone.now() + timedelta(minutes=5),
        )
    assert told == (400, True)


@HOW
@given(event=JSON)
def test_any_body_is_answered(client: HubClient, event: Any) -> None:
    answer = client.post(json.dumps(event).encode())
    assert answer.status_code in (202, 400)
    assert isinstance(answer.json(), dict)


@given(told=st.dictionaries(st.sampled_from(sorted(INTERACTION)) | st.text(max_size=5), JSON, max_size=4))
def test_any_definition_is_taken_or_refused(told: dict[str, Any]) -> None:
    try:
        made = interaction_check("Fine", definition_read(told, INTERACTION))
    except HubError as refused:
        assert refused.status in (400, 409)  # noqa: PT017
    else:
        assert made["idPropertyNames"]
