"""A Customer Insights hub in memory: as a fake of the port, and spoken to by the real client over the wire format."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from analytics.client import HubInteraction, Model, Policy, Refusal, Triple
from analytics.client.hub import interaction_of
from analytics.client.problems import code_of_event, problem_of
from analytics.client.signature import resource_of, signature_of
from analytics.client.values import Event, event_text
from analytics.errors import HubUnavailable
from analytics.kinds import KINDS

HUB = "https://contoso.hub.example"
KEY = "c2hhcmVkLWtleS1vZi10aGUtaHVi"
POLICY = "RootManageSharedAccessKey"
TRIPLE = Triple(HUB, POLICY, KEY)


class Refused(Exception):
    """The hub's own error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class HubMemory:
    """What a hub knows. Switches say what goes wrong.

    Args:
        clock: how far the hub's clock is ahead.
        fails: the status that every request is answered with.
        polls: how often a creation is "still running" before it is done.
    """

    uri: str = HUB
    keys: dict[str, str] = field(default_factory=lambda: {POLICY: KEY})
    permissions: dict[str, frozenset[str]] = field(
        default_factory=lambda: {POLICY: frozenset({"Read", "Write", "Manage"})}
    )
    model: dict[tuple[Model, str], dict[str, Any]] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    takes_arrays: bool = True
    is_down: bool = False
    hangs: bool = False
    fails: int = 0
    clock: timedelta = timedelta(0)
    polls: int = 0
    redirects_to: str = ""
    requests: list[str] = field(default_factory=list)
    sent_at: list[datetime] = field(default_factory=list)

    def authorize(self, policy: str, right: str) -> None:
        if right not in self.permissions[policy]:
            raise Refused(403, "MissingRight", f"The policy {policy} lacks {right}.")

    def store(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """One interaction, known by its id for ever."""
        name = str(event.get("InteractionType"))
        if (Model.INTERACTION, name) not in self.model:
            raise Refused(400, "UnknownInteractionType", f"There is no interaction type {name}.")
        missing = [one for one in KINDS[name].fields if not event.get(one)]
        if missing:
            raise Refused(400, "InvalidInteraction", f"{', '.join(missing)} is missing.")
        known = self.events.setdefault(str(event["portal_interactionid"]), dict(event))
        if known != dict(event):
            raise Refused(409, "DuplicateWithOtherContent", "There is an interaction of this id with other content.")
        return {**known, "InteractionId": known["portal_interactionid"], "TimeStamp": known["portal_timestamp"]}

    def of_contact(self, contact_id: str, before: datetime, after: datetime | None) -> list[dict[str, Any]]:
        rows = [event for event in self.events.values() if event["portal_contactid"] == contact_id]
        timed = [(datetime.fromisoformat(row["portal_timestamp"]), row) for row in rows]
        kept = [(at, row) for at, row in timed if at < before and (after is None or at > after)]
        return [row for _, row in sorted(kept, key=lambda pair: pair[0], reverse=True)]


class FakeHub:
    """The port, answered from a :class:`HubMemory`."""

    def __init__(self, memory: HubMemory, triple: Triple) -> None:
        self.memory, self.triple, self.skew = memory, triple, 0.0
        self._polls: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def policy(self) -> Policy:
        with self._asked("Manage"):
            return Policy(self.triple.policy_name, self.memory.permissions[self.triple.policy_name])

    def model_get(self, model: Model, name: str) -> dict[str, Any] | None:
        with self._asked("Read"):
            return self.memory.model.get((model, name))

    def model_put(self, model: Model, name: str, definition: Mapping[str, Any]) -> str:
        with self._asked("Manage"):
            self.memory.model[model, name] = {**definition, "provisioningState": "Succeeded"}
            pending = f"{HUB}/manage/model/operations/{uuid.uuid4()}"
            self._polls[pending] = self.memory.polls
            return pending

    def model_delete(self, model: Model, name: str) -> str:
        with self._asked("Manage"):
            if self.memory.model.pop((model, name), None) is None:
                raise Refused(404, "NotFound", "There is nothing of this name.")
            return ""

    def is_finished(self, pending: str) -> bool:
        with self._asked("Manage"):
            self._polls[pending] -= 1
            return self._polls[pending] < 0

    def send(self, events: Sequence[Event], *, in_batches: bool = True) -> tuple[Refusal, ...]:
        refused = []
        with self._asked("Write"):
            for index, event in enumerate(events):
                try:
                    self.memory.store(json.loads(event_text(event)))
                except Refused as wrong:
                    refused.append(Refusal(index, code_of_event(wrong.code), wrong.message))
        return tuple(refused)

    def takes_batches(self, event: Event) -> bool:
        return self.memory.takes_arrays and not self.send([event])

    def contact_interactions(
        self, contact_id: uuid.UUID, *, before: datetime, after: datetime | None = None, limit: int = 200
    ) -> list[HubInteraction]:
        with self._asked("Read"):
            rows = self.memory.of_contact(str(contact_id), before, after)[:limit]
            return [interaction_of(row) for row in rows]

    @contextmanager
    def _asked(self, right: str) -> Iterator[None]:
        try:
            self._check(right)
            yield
        except Refused as wrong:
            date = formatdate(time.time() + self.memory.clock.total_seconds())
            raise problem_of(wrong.status, httpx.Headers({"Date": date}), _error(wrong)) from wrong

    def _check(self, right: str) -> None:
        if self.memory.is_down:
            raise HubUnavailable("The hub did not answer")
        if self.memory.fails:
            raise Refused(self.memory.fails, "Failing", "It fails.")
        if self.triple.policy_name not in self.memory.keys:
            raise Refused(401, "UnknownPolicy", "There is no such policy.")
        if self.memory.keys[self.triple.policy_name] != self.triple.key:
            raise Refused(401, "InvalidSignature", "The signature does not match.")
        self.memory.authorize(self.triple.policy_name, right)


class WireHub(httpx.BaseTransport):
    """The same memory behind HTTP: checks the signature and answers as analytics.md says."""

    def __init__(self, memory: HubMemory) -> None:
        self.memory = memory
        self._polls: dict[str, int] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        memory = self.memory
        path = request.url.path.removeprefix(urlsplit(memory.uri).path)
        memory.requests.append(f"{request.method} {path}")
        if memory.is_down:
            raise httpx.ConnectError("refused", request=request)
        if memory.hangs:
            raise httpx.ReadTimeout("nothing came", request=request)
        if memory.redirects_to:
            return httpx.Response(302, headers={"Location": memory.redirects_to})
        date = {"Date": formatdate(time.time() + memory.clock.total_seconds(), usegmt=True)}
        try:
            if memory.fails:
                raise Refused(memory.fails, "Failing", "It fails.")
            policy = self._signed(request)
            found = self._answer(request, path, policy)
        except Refused as wrong:
            return httpx.Response(wrong.status, content=_error(wrong), headers=date)
        found.headers.update(date)
        return found

    def _signed(self, request: httpx.Request) -> str:
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        parts = dict(pair.split("=", 1) for pair in rest.split("&"))
        policy, resource, expires_at = unquote(parts["skn"]), parts["sr"], int(parts["se"])
        if scheme != "SharedAccessSignature" or policy not in self.memory.keys:
            raise Refused(401, "UnknownPolicy", "There is no such policy.")
        if unquote(parts["sig"]) != signature_of(resource, expires_at, self.memory.keys[policy]):
            raise Refused(401, "InvalidSignature", "The signature does not match.")
        if resource != resource_of(self.memory.uri):
            raise Refused(401, "OutOfScope", "The token is for another address.")
        if expires_at < time.time() + self.memory.clock.total_seconds():
            raise Refused(401, "ExpiredToken", "The token has expired.")
        return policy

    def _answer(self, request: httpx.Request, path: str, policy: str) -> httpx.Response:
        if path.startswith("/manage/sas/policies/"):
            self.memory.authorize(policy, "Manage")
            return httpx.Response(
                200, json={"policyName": policy, "permissions": sorted(self.memory.permissions[policy])}
            )
        if path.startswith("/manage/model/operations/"):
            self._polls[path] -= 1
            return httpx.Response(202 if self._polls[path] >= 0 else 200, json={})
        if path.startswith("/manage/model/"):
            return self._model(request, path, policy)
        if path == "/data/Interactions":
            self.memory.authorize(policy, "Write")
            return self._store(json.loads(request.content))
        if path.startswith("/data/Contacts('"):
            self.memory.authorize(policy, "Read")
            return self._contact(request, path)
        raise Refused(404, "NotFound", "There is nothing here.")

    def _model(self, request: httpx.Request, path: str, policy: str) -> httpx.Response:
        kind, name = path.removeprefix("/manage/model/").split("/")
        key = (Model(kind), name)
        self.memory.authorize(policy, "Read" if request.method == "GET" else "Manage")
        if request.method == "PUT":
            self.memory.model[key] = {**json.loads(request.content), "provisioningState": "Succeeded"}
            pending = f"/manage/model/operations/{uuid.uuid4()}"
            self._polls[pending] = self.memory.polls
            return httpx.Response(202, headers={"Location": pending})
        if key not in self.memory.model:
            raise Refused(404, "NotFound", "There is nothing of this name.")
        if request.method == "DELETE":
            del self.memory.model[key]
            return httpx.Response(204)
        return httpx.Response(200, json=self.memory.model[key])

    def _store(self, found: Any) -> httpx.Response:
        if "batch" not in found:
            return httpx.Response(202, json=self.memory.store(found))
        if not self.memory.takes_arrays:
            raise Refused(400, "InvalidInteraction", "An interaction is expected.")
        self.memory.sent_at.append(datetime.fromisoformat(found["sentAt"]))
        found, refused = found["batch"], []
        for index, event in enumerate(found):
            try:
                self.memory.store(event)
            except Refused as wrong:
                refused.append({"index": index, "error": {"code": wrong.code, "message": wrong.message}})
        return httpx.Response(202, json={"accepted": len(found) - len(refused), "refused": refused})

    def _contact(self, request: httpx.Request, path: str) -> httpx.Response:
        query = parse_qs(request.url.query.decode())
        before, after = _bounds(query["$filter"][0])
        rows = self.memory.of_contact(path.split("'")[1], before, after)
        skip, top = int(query.get("$skip", ["0"])[0]), 30
        page: dict[str, Any] = {
            "value": [{**row, "TimeStamp": row["portal_timestamp"]} for row in rows[skip : skip + top]]
        }
        if rows[skip + top :]:
            page["nextLink"] = str(request.url.copy_set_param("$skip", str(skip + top)))
        return httpx.Response(200, json=page)


def _bounds(filter: str) -> tuple[datetime, datetime | None]:
    found = {part.split(" ")[1]: datetime.fromisoformat(part.split("'")[1]) for part in filter.split(" and ")}
    return found["lt"], found.get("gt")


def _error(wrong: Refused) -> bytes:
    return json.dumps({"error": {"code": wrong.code, "message": wrong.message}}).encode()


def event(name: str = "portal_search", **changes: Any) -> dict[str, Any]:
    """An interaction as the portal sends it."""
    kind = KINDS[name]
    own = {kind.text_field: "printer jams", **({kind.id_field: str(uuid.uuid4())} if kind.id_field else {})}
    common = {
        "InteractionType": name,
        "portal_interactionid": str(uuid.uuid4()),
        "portal_contactid": str(uuid.uuid4()),
        "portal_portalid": str(uuid.uuid4()),
        "portal_timestamp": f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}",
    }
    return {**common, **own, **changes}
