"""A Customer Insights hub over HTTP: its policy, its model, its interactions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from analytics.client.problems import EVENT_REFUSED, code_of_event
from analytics.client.session import HubSession
from analytics.client.values import Event, HubInteraction, Policy, Refusal, event_text
from analytics.errors import HubRefused, HubUnavailable
from analytics.kinds import KINDS
from core.outside.answers import Answer

DATA, MANAGE = "api-version=2016-01-01", "api-version=2017-04-26"
BATCH_SECONDS = 30.0
# An answer about one interaction, not about the hub, the key or the way there.
ABOUT_THE_EVENT = frozenset({400, 409, 410, 413, 415, 422})


class Model(StrEnum):
    """What a hub's model is made of."""

    PROFILE = "profiles"
    INTERACTION = "interactions"
    LINK = "links"


class HubClient(HubSession):
    """``with HubClient(triple) as hub: hub.policy()``.

    Every method raises :class:`analytics.errors.HubUnavailable` (may pass) or :class:`analytics.errors.HubRefused`.
    """

    # --- Who we are there

    def policy(self) -> Policy:
        """The policy that we sign with, and its rights."""
        name = self._exchange.triple.policy_name
        found = self._exchange.send("GET", f"/manage/sas/policies/{quote(name, safe='')}?{MANAGE}").json()
        permissions = found.get("permissions")
        if not isinstance(permissions, list):
            raise _odd()
        return Policy(name, frozenset(str(right) for right in permissions))

    # --- The model

    def model_get(self, model: Model, name: str) -> dict[str, Any] | None:
        """A profile, an interaction type or a link; None where the hub has none of that name."""
        try:
            return self._exchange.send("GET", f"/manage/model/{model}/{quote(name, safe='')}?{MANAGE}").json()
        except HubRefused as refused:
            if refused.status == 404:
                return None
            raise

    def model_put(self, model: Model, name: str, definition: Mapping[str, Any]) -> str:
        """Create or change it. The address at which the hub says when it is there, "" where it is at once."""
        path = f"/manage/model/{model}/{quote(name, safe='')}?{MANAGE}"
        return _pending(self._exchange.send("PUT", path, definition))

    def model_delete(self, model: Model, name: str) -> str:
        """Delete it; answers as :meth:`model_put`."""
        return _pending(self._exchange.send("DELETE", f"/manage/model/{model}/{quote(name, safe='')}?{MANAGE}"))

    def is_finished(self, pending: str) -> bool:
        """Whether what :meth:`model_put` began is done."""
        return self._exchange.send("GET", pending).status != 202

    # --- Interactions

    def send(self, events: Sequence[Event], *, in_batches: bool = True) -> tuple[Refusal, ...]:
        """Hand the interactions over; those that the hub refused for good.

        A batch that is refused as a whole is halved until the interaction is found that it is refused for.

        Raises:
            HubUnavailable, HubRefused: it is about the hub, the key or the way there. Some may have been taken; all
                may be sent again, the hub knows them by ``portal_interactionid``.
        """
        if not in_batches:
            return tuple(refusal for index, event in enumerate(events) for refusal in self._send_one(index, event))
        try:
            return self._send_batch(events)
        except HubRefused as refused:
            if refused.status not in ABOUT_THE_EVENT:
                raise
        if len(events) == 1:
            return tuple(self._send_one(0, events[0]))
        half = len(events) // 2
        second = self.send(events[half:])
        return (*self.send(events[:half]), *(Refusal(one.index + half, one.code, one.message) for one in second))

    def takes_batches(self, event: Event) -> bool:
        """Whether the hub takes a batch; found out by sending one with ``event`` in it."""
        try:
            return not self._send_batch([event])
        except HubRefused as refused:
            if refused.status in ABOUT_THE_EVENT | {404, 405}:
                return False
            raise

    def contact_interactions(
        self,
        contact_id: uuid.UUID,
        *,
        before: datetime,
        after: datetime | None = None,
        limit: int = 200,
    ) -> list[HubInteraction]:
        """What a contact did in that time, newest first."""
        since = [f"Timestamp gt {_cast(after)}"] if after else []
        filter = quote(" and ".join([*since, f"Timestamp lt {_cast(before)}"]), safe="(),'")
        path = f"/data/Contacts('{contact_id}')/Interactions?{DATA}&$filter={filter}&$top={limit}"
        found: list[HubInteraction] = []
        for row in self._pages(path):
            found.append(interaction_of(row))
            if len(found) == limit:
                break
        return sorted(found, key=lambda one: one.at, reverse=True)

    def _send_one(self, index: int, event: Event) -> Iterator[Refusal]:
        try:
            self._exchange.send("POST", f"/data/Interactions?{DATA}", content=event_text(event).encode())
        except HubRefused as refused:
            if refused.status not in ABOUT_THE_EVENT:
                raise
            ours = EVENT_REFUSED if refused.code == HubRefused.default_code else refused.code
            yield Refusal(index, ours, refused.service_text or refused.message)

    def _send_batch(self, events: Sequence[Event]) -> tuple[Refusal, ...]:
        path = f"/data/Interactions?{DATA}"
        # When it was sent tells the hub how far this clock is off: a wrong one puts no interaction at a wrong time.
        content = f'{{"sentAt":"{_told(datetime.now(UTC))}","batch":[{",".join(map(event_text, events))}]}}'.encode()
        answer = self._exchange.send("POST", path, content=content, seconds=BATCH_SECONDS).json()
        refused = answer.get("refused")
        if not isinstance(refused, list):
            # A hub that takes batches says of each what became of it. One that does not has read something else.
            raise HubRefused("The hub does not take several interactions at once", status=400)
        return tuple(_refusal(one, len(events)) for one in refused)

    def _pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        while path:
            page = self._page(path)
            rows = page.get("value", [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise _odd()
            yield from rows
            path = str(page.get("nextLink") or page.get("@odata.nextLink") or "")

    def _page(self, path: str) -> dict[str, Any]:
        try:
            return self._exchange.send("GET", path).json()
        except HubRefused as refused:
            if refused.status == 404 and "hub" not in refused.service_code.lower():
                return {}  # a contact of whom the hub knows nothing
            raise


def _pending(answer: Answer) -> str:
    return str(answer.headers.get("Location", "")) if answer.status == 202 else ""


def _refusal(found: object, count: int) -> Refusal:
    """``{"index", "error": {"code", "message"}}``."""
    if not isinstance(found, dict) or not isinstance(index := found.get("index"), int) or not 0 <= index < count:
        raise _odd()
    error = found.get("error")
    error = error if isinstance(error, dict) else {}
    return Refusal(index, code_of_event(str(error.get("code") or "")), str(error.get("message") or "")[:500])


def _cast(moment: datetime) -> str:
    return f"cast('{_told(moment)}', Edm.DateTimeOffset)"


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def interaction_of(row: Mapping[str, Any]) -> HubInteraction:
    """A row as the hub answers it."""
    name = str(row.get("InteractionType") or "")
    kind = KINDS.get(name)
    return HubInteraction(
        type=name,
        id=str(row.get("portal_interactionid") or row.get("InteractionId") or ""),
        at=_moment(row),
        contact_id=str(row.get("portal_contactid") or ""),
        portal_id=str(row.get("portal_portalid") or ""),
        item_id=str(row.get(kind.id_field) or "") if kind and kind.id_field else "",
        text=str(row.get(kind.text_field) or "") if kind else "",
        raw=row,
    )


def _moment(row: Mapping[str, Any]) -> datetime:
    written = str(row.get("portal_timestamp") or row.get("TimeStamp") or row.get("Timestamp") or "")
    try:
        found = datetime.fromisoformat(written)
    except ValueError as wrong:
        raise _odd() from wrong
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _odd() -> HubUnavailable:
    return HubUnavailable("The hub's answer could not be understood", code="analytics:bad-answer")
