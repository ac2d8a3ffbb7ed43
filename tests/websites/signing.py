"""A visitor's way through the provider and back, in both directions."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.builders.provider import FakeProvider
from tests.websites.visitor import Answer, Visitor


def cookie_of(answer: Answer) -> str:
    return answer.headers["set-cookie"].split(";")[0]


def come_back(visitor: Visitor, provider: FakeProvider, *, path: str = "/knowledgebase/", query: str = "") -> Answer:
    """Sign in up to what the portal answers to the provider's redirect."""
    started = visitor.get(f"/signin/?return={path}")
    visitor.cookie = cookie_of(started)
    return visitor.get(f"/signin/callback/?{query or provider.follow(started.headers['location'])}")


def accept(visitor: Visitor, answer: Answer, *, says: str = "accept") -> Answer:
    assert answer.headers["location"] == "/signin/consent/"
    visitor.cookie = cookie_of(answer)
    return visitor.post("/signin/consent/", {"answer": says})


def sign_in(visitor: Visitor, provider: FakeProvider) -> Answer:
    done = accept(visitor, come_back(visitor, provider))
    visitor.cookie = f"portal_visitor={done.headers['set-cookie'].split('portal_visitor=')[1].split(';')[0]}"
    return done


def leads_to(answer: Answer) -> str:
    """Where the page of the sign-out goes on to by itself; "" where it does not."""
    return answer.headers.get("refresh", "").partition("url=")[2]


def asked_at_sign_out(answer: Answer) -> dict[str, str]:
    """What the provider is asked there."""
    return {name: values[0] for name, values in parse_qs(urlsplit(leads_to(answer)).query).items()}


def state_of(answer: Answer) -> str:
    return asked_at_sign_out(answer)["state"]
