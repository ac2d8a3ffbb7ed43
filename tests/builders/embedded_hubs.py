"""Customer Insights hubs with a portal's types, and a way to call them with a shared access signature."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from analytics.hub.cached import hub_changed
from analytics.hub.model.policies import keys_open, policy_of, policy_put
from analytics.hub.model.types import interaction_type_put
from analytics.hub.models import AuthorizationPolicy, Hub
from analytics.hub.sas import token_make
from analytics.hub.services.hubs import hub_create
from organizations.models import Organization

ARTICLE, BLOG, FORUM, SEARCH = (
    "portal_viewknowledgearticle",
    "portal_viewblogpost",
    "portal_viewforumthread",
    "portal_search",
)
OWN_FIELDS = {
    ARTICLE: ("portal_knowledgearticleid", "portal_knowledgetitle"),
    BLOG: ("portal_blogpostid", "portal_blogtitle"),
    FORUM: ("portal_forumthreadid", "portal_forumthreadtitle"),
    SEARCH: ("portal_searchstring",),
}
COMMON = ("portal_interactionid", "portal_contactid", "portal_timestamp", "portal_portalid")
OPTIONAL = ("portal_language", "portal_sessionid", "portal_resultcount")
MARIA, PORTAL = str(uuid.UUID(int=0xA)), str(uuid.UUID(int=0xB))
Event = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a hub answered."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class HubClient:
    """Calls a hub as a foreign program does: no session, a token for each request."""

    hub: Hub
    policy: str
    key: str = field(repr=False)

    def token(self, **changes: Any) -> str:
        told = {"resource": f"testserver/hub/{self.hub.name}", "policy": self.policy, "key": self.key}
        return token_make(**{**told, **changes})

    def send(self, method: str, path: str, body: object = None, **headers: Any) -> Answer:
        """``body`` may be bytes, or anything that is JSON."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"HTTP_AUTHORIZATION": self.token(), "content_type": "application/json", **headers}
        answer = Client().generic(method, f"/hub/{self.hub.name}/{path}", content, **sent)
        return Answer(answer.status_code, answer.headers, answer.content)

    def post(self, body: object, **headers: Any) -> Answer:
        return self.send("POST", "data/Interactions?api-version=2016-01-01", body, **headers)

    def get(self, path: str) -> Any:
        """What a GET answers, as JSON."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()


def hub_made(organization: Organization, name: str = "contoso", **changes: Any) -> Hub:
    """A hub with the four types of a portal; Contact and its links are made by the hub."""
    hub, _ = hub_create(actor=None, name=name, organization=organization, **changes)
    for type_name in OWN_FIELDS:
        interaction_type_put(hub, type_name, definition(type_name))
    return hub


def client_of(hub: Hub, *rights: str) -> HubClient:
    """The holder of a policy with these rights; of the root policy where none is named."""
    hub_changed()
    name = AuthorizationPolicy.ROOT
    if rights:
        name = "".join(rights)
        policy_put(hub, name, {"permissions": list(rights)})
    return HubClient(hub, name, keys_open(policy_of(hub, name))[0])


def definition(type_name: str, **changes: Any) -> dict[str, Any]:
    """An interaction type as a portal puts it."""
    required = (*COMMON, *OWN_FIELDS[type_name])
    fields = [{"fieldName": name, "fieldType": _kind(name), "isRequired": name in required} for name in required]
    fields += [{"fieldName": name, "fieldType": _kind(name)} for name in OPTIONAL]
    told = {"idPropertyNames": ["portal_interactionid"], "timestampFieldName": "portal_timestamp", "fields": fields}
    return {**told, **changes}


def article(**changes: Any) -> Event:
    """Maria reads an article, now."""
    own = {"portal_knowledgearticleid": str(uuid.UUID(int=0xC)), "portal_knowledgetitle": "Descale the coffee machine"}
    return {**_event(ARTICLE), **own, **changes}


def search(text: str = "boiler leaks", **changes: Any) -> Event:
    """Maria searches, now."""
    return {**_event(SEARCH), "portal_searchstring": text, **changes}


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _event(type_name: str) -> Event:
    return {
        "InteractionType": type_name,
        "portal_interactionid": str(uuid.uuid4()),
        "portal_timestamp": stamp(timezone.now()),
        "portal_contactid": MARIA,
        "portal_portalid": PORTAL,
    }


def _kind(name: str) -> str:
    return {"portal_timestamp": "Edm.DateTimeOffset", "portal_resultcount": "Edm.Int32"}.get(name, "Edm.String")
