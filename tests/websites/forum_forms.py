"""Forms of forums, as a visitor sends them."""

from __future__ import annotations

import re

from tests.builders.communities import Community
from tests.websites.visitor import Answer, Visitor

RED, WELCOME = "Light stays red after a power cut", "Welcome! Read this first"


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's form with this action."""
    found = re.search(rf'<form[^>]*>(?:(?!</form>).)*name="_action" value="{action}".*?</form>', page, re.DOTALL)
    assert found, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0]))


# --- Writing


def started(people: Community, visitor: Visitor, **fields: str) -> Answer:
    visitor.cookie = people.cookie()
    form = form_of(visitor.get("/forums/devices/").text, "thread")
    return visitor.post(
        "/forums/devices/", {**form, "title": "Sound", "text": "It *hums*.", "subscribe": "yes", **fields}
    )


def replied(
    people: Community, visitor: Visitor, title: str = RED, text: str = "Thank you all.", **fields: str
) -> Answer:
    form = form_of(visitor.get(people.thread(title)).text, "reply")
    return visitor.post(people.thread(title), {**form, "text": text, **fields})
