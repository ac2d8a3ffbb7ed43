"""Shared access signatures: other programs' tokens verify here, and what is wrong with one is told apart."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from azure.eventhub._client_base import _generate_sas_token
from hypothesis import given
from hypothesis import strategies as st

from analytics.hub.errors import HubError
from analytics.hub.model.policies import keys_open, policy_key_regenerate, policy_of
from analytics.hub.models import AuthorizationPolicy, Hub, RefusalCount, RefusedEvent
from analytics.hub.refusing import UNAUTHORIZED
from analytics.hub.sas import Key, token_check, token_make, token_read
from tests.builders.embedded_hubs import HubClient, article, client_of

HOST, PATH = "localhost:8443", "/hub/contoso/data/Interactions"
SECRET = "x1+/=äß secret"
POLICIES = {"Root": Key("Root", frozenset({"Write"}), (b"another", SECRET.encode()))}


def judged(header: str, *, host: str = HOST, path: str = PATH, now: float | None = None) -> str:
    """The policy's name, or the code of the refusal."""
    try:
        moment = time.time() if now is None else now
        return token_check(token_read(header), POLICIES, host=host, path=path, now=moment).name
    except HubError as refused:
        return refused.code if refused.status == 401 else f"{refused.status} {refused.code}"


def portals_own(resource: str, *, seconds: int = 60) -> str:
    """A token as the portal's own sender writes it: escapes in lower case, no scheme, no port."""
    escaped = quote(resource, safe="").replace("%2F", "%2f").replace("%3A", "%3a")
    expiry = str(int(time.time()) + seconds)
    signed = hmac.new(SECRET.encode(), f"{escaped}\n{expiry}".encode(), hashlib.sha256).digest()
    signature = quote(base64.b64encode(signed).decode(), safe="")
    return f"SharedAccessSignature sig={signature}&se={expiry}&skn=Root&sr={escaped}"


def test_the_portals_own_token_verifies() -> None:
    assert judged(portals_own("localhost/hub/contoso")) == "Root"
    assert judged(portals_own("localhost/")) == "Root"


def test_the_token_of_event_hubs_own_library_verifies() -> None:
    for uri in ("localhost/hub/contoso", "https://localhost:8443/hub/contoso", "sb://LOCALHOST/hub/contoso/"):
        assert judged(_generate_sas_token(uri, "Root", SECRET, timedelta(minutes=5)).token) == "Root"


def test_whole_addresses_in_lower_case_verify_whatever_their_ports() -> None:
    assert judged(portals_own("https://localhost:8443:443/hub/contoso/data/interactions?api-version=2014-01")) == "Root"


def test_a_token_is_judged_by_the_text_that_was_sent() -> None:
    """The same resource with its escapes in the other case is another text, so another signature."""
    token = portals_own("localhost/hub/contoso")
    assert judged(token.replace("%2fhub", "%2Fhub")) == "InvalidSignature"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "MissingToken"),
        ("Basic dXNlcjpwYXNz", "MalformedToken"),
        ("SharedAccessSignature", "MalformedToken"),
        ("SharedAccessSignature sig=a&se=1&skn=b", "MalformedToken"),
        ("SharedAccessSignature sig=a&se=1&skn=b&sr=c&sr=d", "MalformedToken"),
        ("SharedAccessSignature sig=a&se=soon&skn=b&sr=c", "MalformedToken"),
        ("SharedAccessSignature sig=a&se=²&skn=b&sr=c", "MalformedToken"),
        ("SharedAccessSignature " + "x" * 5000, "MalformedToken"),
        ("SharedAccessSignature sig=a&se=1&skn=Nobody&sr=c", "UnknownPolicy"),
        ("SharedAccessSignature sig=%ff&se=1&skn=Root&sr=c", "InvalidSignature"),
    ],
)
def test_what_is_no_token_is_told_apart(header: str, code: str) -> None:
    assert judged(header) == code


def test_wrong_keys_ends_and_places_are_told_apart() -> None:
    told: dict[str, Any] = {"resource": "localhost/hub/contoso", "policy": "Root", "key": SECRET}
    assert judged(token_make(**{**told, "key": "wrong"})) == "InvalidSignature"
    assert judged(token_make(**told, seconds=-1)) == "ExpiredToken"
    assert judged(token_make(**told, seconds=300), now=time.time() + 1200) == "ExpiredToken"
    for resource in (
        "localhost/hub/conto",
        "localhost/hub/contoso/data/x",
        "other/hub/contoso",
        "localhost/hub/fabrikam",
    ):
        assert judged(token_make(**{**told, "resource": resource})) == "OutOfScope"


def test_an_expired_token_is_told_the_time_here() -> None:
    token = token_make(resource="localhost/hub/contoso", policy="Root", key=SECRET, seconds=-1200)
    with pytest.raises(HubError, match=r"expired at 20.* UTC; it is 20.* UTC here"):
        token_check(token_read(token), POLICIES, host=HOST, path=PATH, now=time.time())


@given(
    resource=st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable() and text.strip("/")),
    key=st.text(min_size=1, max_size=40, alphabet=st.characters(codec="utf-8")),
    encode=st.sampled_from([lambda text: quote(text, safe=""), quote_plus, lambda text: quote(text, safe="/:")]),
)
def test_every_way_of_encoding_verifies(resource: str, key: str, encode: object) -> None:
    assert callable(encode)
    place = f"localhost/{resource}"
    escaped, expiry = encode(place), str(int(time.time()) + 60)
    signed = hmac.new(key.encode(), f"{escaped}\n{expiry}".encode(), hashlib.sha256).digest()
    signature = quote(base64.b64encode(signed).decode(), safe="")
    token = token_read(f"SharedAccessSignature sr={escaped}&sig={signature}&se={expiry}&skn=P")
    policies = {"P": Key("P", frozenset(), (key.encode(),))}
    assert (token.signature, token.expiry) == (base64.b64encode(signed).decode(), expiry)
    if "?" not in place and "+" not in escaped:
        path = f"/{resource}".rstrip("/") + "/data"
        assert token_check(token, policies, host="localhost", path=path, now=time.time()).name == "P"


@given(header=st.text(max_size=200))
def test_no_header_breaks_the_judgement(header: str) -> None:
    assert judged(f"SharedAccessSignature {header}").isalpha()


# --- Over the hub's addresses


def test_refused_calls_are_counted_and_nothing_is_kept(client: HubClient) -> None:
    for headers in ({"HTTP_AUTHORIZATION": client.token(key="wrong")}, {"HTTP_AUTHORIZATION": ""}):
        assert client.post(article(), **headers).status_code == 401
    UNAUTHORIZED.flush(force=True)
    assert sorted(RefusalCount.objects.values_list("code", "n")) == [("InvalidSignature", 1), ("MissingToken", 1)]
    assert not RefusedEvent.objects.exists()


def test_a_missing_right_is_named(hub: Hub) -> None:
    reader, writer = client_of(hub, "Read"), client_of(hub, "Write")
    answer = reader.post(article())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "MissingRight")
    assert answer.json()["error"]["message"] == "The policy 'Read' lacks the right Write."
    assert writer.post(article()).status_code == 202
    for method, path in (("GET", "data/Contacts('x')/Interactions"), ("GET", "manage/model/interactions")):
        assert writer.send(method, path).json()["error"]["message"] == "The policy 'Write' lacks the right Read."
    for path in ("manage/model/interactions/portal_search", "manage/sas/policies/New"):
        assert reader.send("PUT", path, {}).json()["error"]["message"] == "The policy 'Read' lacks the right Manage."


def test_either_key_opens_and_a_regenerated_one_no_longer(hub: Hub) -> None:
    client = client_of(hub)
    second = keys_open(policy_of(hub, AuthorizationPolicy.ROOT))[1]
    assert client.post(article(), HTTP_AUTHORIZATION=client.token(key=second)).status_code == 202
    policy_key_regenerate(hub, AuthorizationPolicy.ROOT, "primary_key")
    assert client.post(article()).json()["error"]["code"] == "InvalidSignature"
    assert client.post(article(), HTTP_AUTHORIZATION=client.token(key=second)).status_code == 202


def test_a_token_that_opened_once_opens_no_other_place_and_ends_in_time(
    client: HubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = {"HTTP_AUTHORIZATION": client.token(resource="testserver/hub/contoso/data/Interactions", seconds=60)}
    assert [client.post(article(), **token).status_code for _ in range(2)] == [202, 202]
    elsewhere = client.send("POST", "messages", article(), **token)
    assert elsewhere.json()["error"]["code"] == "OutOfScope"
    now = time.time() + 61
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: now)
        assert client.post(article(), **token).json()["error"]["code"] == "ExpiredToken"


def test_keys_are_sealed_at_rest(hub: Hub) -> None:
    policy = policy_of(hub, AuthorizationPolicy.ROOT)
    assert policy.primary_key.startswith("v1:")
    assert keys_open(policy)[0] not in policy.primary_key
    assert len({*keys_open(policy)}) == 2


def test_a_policys_own_rights_can_be_read_without_manage_but_not_its_keys(hub: Hub) -> None:
    told = client_of(hub, "Read").get("manage/sas/policies/Read")
    assert told == {"policyName": "Read", "permissions": ["Read"]}


def test_there_is_no_hub_of_another_name(client: HubClient) -> None:
    other = HubClient(Hub(name="nobody"), client.policy, client.key)
    assert other.post(article()).json()["error"]["code"] == "HubNotFound"
