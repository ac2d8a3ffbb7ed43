"""The portal's name: what it can be, and changing it later."""

from __future__ import annotations

import pytest

from core.errors import InvalidValue, NotAllowed
from organizations.policy import MANAGE_DENIED
from portals import messages
from portals.errors import PortalNotFound
from portals.models import PortalEvent
from portals.services import name_validate, portal_rename
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene


@pytest.mark.parametrize("text", ["A", "x" * 100, "Контосо サポート", "O'Neill & Sons <b>"])
def test_a_good_name_is_taken_as_it_is(text: str) -> None:
    assert name_validate(f"  {text} ") == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", messages.NAME_MISSING),
        (" \t ", messages.NAME_MISSING),
        ("x" * 101, messages.NAME_LENGTH),
        ("a\nb", messages.NAME_CHARACTERS),
        ("a\x00b", messages.NAME_CHARACTERS),
        ("a\ud800b", messages.NAME_CHARACTERS),
        ("a\u2028b", messages.NAME_CHARACTERS),
    ],
)
def test_each_refusal_of_a_name_has_its_own_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        name_validate(text)
    assert (refused.value.message, refused.value.field) == (sentence, "name")


@pytest.mark.django_db
def test_the_name_can_be_changed_later() -> None:
    people = scene()
    portal = portal_row(people.organization, name="Old")
    assert portal_rename(actor=people.alice, portal_id=portal.pk, name="New").name == "New"
    assert PortalEvent.objects.get(portal=portal).changes == {"name": ["Old", "New"]}


@pytest.mark.django_db
def test_a_customizer_may_not_rename_a_portal() -> None:
    people = scene()
    with pytest.raises(NotAllowed) as denied:
        portal_rename(actor=people.bob, portal_id=portal_row(people.organization).pk, name="New")
    assert (denied.value.code, denied.value.message) == ("auth:manage-denied", MANAGE_DENIED)


@pytest.mark.django_db
def test_a_portal_that_is_not_there_is_not_found() -> None:
    people = scene()
    with pytest.raises(PortalNotFound):
        portal_rename(actor=people.alice, portal_id=people.organization.pk, name="New")
