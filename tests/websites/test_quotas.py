"""How often somebody may write on a portal: each sender by themselves, and the site says how much is enough."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from portals.models import Portal
from tests.builders.communities import PAUL, Community, community
from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Answer, Visitor
from websites.quotas.models import FormSent
from websites.quotas.values import Quota

IDEAS, ARTICLE, THREADS = "/ideas/products/", "/knowledgebase/article/KA-01001/", "/forums/devices/"
TOO_OFTEN = "You have sent this form several times."


@pytest.fixture
def people(rows: RowsInMemory, visitor: Visitor) -> Community:
    made = community(rows)
    visitor.cookie = made.cookie(MARIA)
    return made


def setting(people: Community, name: str, value: str) -> None:
    id_, website = str(uuid.uuid4()), people.website_id
    people.rows.put("adx_sitesettings", id_, adx_name=name, adx_value=value, _adx_websiteid_value=website)


def voted(people: Community, visitor: Visitor, how: str) -> Answer:
    idea = people.named("adx_ideas", "Switch the light off at night")
    return visitor.post(IDEAS, {"_action": "vote", "idea": idea, "vote": how})


def test_votes_beyond_the_limit_are_refused_until_an_hour_is_over(people: Community, visitor: Visitor) -> None:
    setting(people, "Ideas/Votes per Hour", "2")
    assert [voted(people, visitor, how).status for how in ("up", "none", "up")] == [303, 303, 429]
    visitor.cookie = people.cookie(PAUL)
    assert voted(people, visitor, "up").status == 303
    FormSent.objects.update(sent_at=timezone.now() - timedelta(minutes=61))
    visitor.cookie = people.cookie(MARIA)
    assert voted(people, visitor, "up").status == 303


@pytest.mark.parametrize(
    ("limit", "address", "form"),
    [
        ("Comments/Comments per Hour", ARTICLE, {"_action": "comment", "comment": "Thank you"}),
        ("Knowledge/Ratings per Hour", ARTICLE, {"_action": "rate", "rating": "4"}),
        ("Forums/Posts per Hour", THREADS, {"_action": "thread", "title": "Red light", "text": "It stays red."}),
        ("Ideas/Ideas per Hour", IDEAS, {"_action": "submit", "title": "Louder", "text": "Please."}),
    ],
)
def test_what_is_written_has_a_limit_and_stays_typed_beyond_it(
    people: Community, visitor: Visitor, limit: str, address: str, form: dict[str, str]
) -> None:
    setting(people, limit, "1")
    assert visitor.post(address, {**form, "_once": "a"}).status == 303
    refused = visitor.post(address, {**form, "_once": "b"})
    assert refused.status == 429
    assert TOO_OFTEN in refused.text
    assert form.get("comment", "") in refused.text


def test_what_is_refused_for_another_reason_does_not_count(people: Community, visitor: Visitor) -> None:
    setting(people, "Comments/Comments per Hour", "1")
    assert visitor.post(ARTICLE, {"_action": "comment", "comment": ""}).status == 400
    assert not FormSent.objects.exists()


def test_nobody_can_tell_who_wrote_by_what_is_counted(people: Community, visitor: Visitor) -> None:
    voted(people, visitor, "up")
    sent = FormSent.objects.get()
    assert (sent.form, sent.portal) == ("vote", Portal.objects.get())
    assert str(MARIA) not in sent.sender


@pytest.mark.parametrize("told", ["", "0", "-1", "many", "12345", "\u0663"])
def test_a_limit_that_says_nothing_is_ours(told: str) -> None:
    assert Quota("vote", 7, "Limit").most_at({"Limit": told}) == 7
    assert Quota("vote", 7, "Limit").most_at({"Limit": " 12 "}) == 12
