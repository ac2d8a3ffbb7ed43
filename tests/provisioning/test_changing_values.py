"""New values before a restart: which can be changed, which cannot any more, and what is done again for them."""

from __future__ import annotations

import pytest

from core.errors import InvalidValues
from domains.models import Hostname
from operations.models import Operation
from organizations.models import Role, RoleAssignment
from portals.models import Portal
from provisioning import messages
from provisioning.services import (
    change_preview,
    changeable_fields,
    provisioning_change_and_restart,
)
from tests.builders.operations import run_to_end
from tests.builders.provisioning import Scene, scene, user_there
from tests.provisioning.failed_portals import failed
from tests.provisioning.world import World

pytestmark = pytest.mark.django_db

INSTALLING = "install MicrosoftIdentity"


def change(people: Scene, portal: Portal, **changes: object) -> Operation:
    return provisioning_change_and_restart(actor=people.alice, portal_id=portal.pk, changes=changes)


# --- Change Values and Restart Provisioning


def test_values_can_be_changed_before_the_restart(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    dora = user_there(people.organization, "Dora Diaz")
    new = {"name": "Helpdesk", "language": 1031, "administrator": dora.pk, "portal_type": "community"}
    operation = run_to_end(change(people, portal, **new).pk)
    portal.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    assert (portal.name, portal.language, portal.administrator_name) == ("Helpdesk", 1031, "Dora Diaz")
    assert "content community 1031 Helpdesk" in world.made
    event = portal.events.get(code="portals:changed")
    assert event.changes["name"] == ["Contoso Support", "Helpdesk"]
    assert set(event.changes) == set(new)


def test_a_portal_that_was_never_reserved_may_change_its_address(people: Scene, world: World) -> None:
    portal = failed(people, world, "refresh")
    assert changeable_fields(portal)["subdomain"] == ""
    run_to_end(change(people, portal, subdomain="another-one").pk)
    portal.refresh_from_db()
    assert (portal.subdomain, portal.state) == ("another-one", Portal.State.PROVISIONED)
    assert Hostname.objects.get(portal=portal).host == portal.host


def test_a_reserved_address_cannot_be_changed_and_says_why(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    assert changeable_fields(portal)["subdomain"] == "Cannot be changed: already reserved"
    with pytest.raises(InvalidValues) as refused:
        change(people, portal, subdomain="another-one")
    error = refused.value.errors[0]
    assert (error.field, error.code) == ("subdomain", "provisioning:field-fixed")
    assert error.message == "Cannot be changed: already reserved"
    portal.refresh_from_db()
    assert portal.state == Portal.State.PROVISIONING_FAILED


def test_a_value_that_is_sent_as_it_was_is_no_change(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    assert change(people, portal, subdomain=portal.subdomain, organization=portal.organization_id)


def test_the_instance_can_be_changed_until_something_is_installed_there(people: Scene, world: World) -> None:
    other = scene("fabrikam")
    RoleAssignment.objects.create(user=people.alice, role=Role.SYSTEM_ADMINISTRATOR, organization=other.organization)
    portal = failed(people, world, "install MicrosoftCrmPortalDependencies")
    assert changeable_fields(portal)["organization"] == ""
    run_to_end(change(people, portal, organization=other.organization.pk, administrator=other.jay.pk).pk)
    portal.refresh_from_db()
    assert (portal.organization, portal.state) == (other.organization, Portal.State.PROVISIONED)


def test_the_instance_is_fixed_once_a_solution_is_installed_there(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    reason = changeable_fields(portal)["organization"]
    assert reason == "Cannot be changed: solutions are already installed in Contoso Sales"
    with pytest.raises(InvalidValues) as refused:
        change(people, portal, organization=scene("fabrikam").organization.pk)
    assert [error.message for error in refused.value.errors] == [reason]


def test_an_instance_without_the_role_cannot_be_changed_to(people: Scene, world: World) -> None:
    portal = failed(people, world, "refresh")
    with pytest.raises(InvalidValues) as refused:
        change(people, portal, organization=scene("fabrikam").organization.pk)
    assert refused.value.errors[0].message == messages.ORGANIZATION_MISSING


def test_a_portal_that_is_not_failed_has_only_its_name_to_change(people: Scene) -> None:
    fixed = changeable_fields(people.portal())
    assert {field for field, reason in fixed.items() if not reason} == {"name"}


@pytest.mark.parametrize("field", ["license", "state", "website_id", "id", "__class__"])
def test_a_field_that_there_is_not_is_refused(people: Scene, world: World, field: str) -> None:
    portal = failed(people, world, INSTALLING)
    with pytest.raises(InvalidValues) as refused:
        change(people, portal, **{field: "x"})
    assert [error.field for error in refused.value.errors] == [field]


def test_bad_new_values_change_nothing(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    with pytest.raises(InvalidValues) as refused:
        change(people, portal, name="", language=1025)
    assert [error.field for error in refused.value.errors] == ["name", "language"]
    portal.refresh_from_db()
    assert (portal.state, portal.language) == (Portal.State.PROVISIONING_FAILED, 1033)


def test_an_address_that_somebody_has_is_refused(people: Scene, world: World) -> None:
    people.submit(subdomain="taken")
    portal = failed(people, world, "refresh")
    with pytest.raises(InvalidValues) as refused:
        change(people, portal, subdomain="taken")
    assert refused.value.errors[0].code == "portals:subdomain-taken"


def test_the_preview_says_what_will_be_done_again(people: Scene, world: World) -> None:
    portal = failed(people, world, "website")
    sentences = change_preview(portal, {"language": 1031, "portal_type": "community"})
    assert "The default language becomes German." in sentences
    assert "The portal becomes a Community Portal." in sentences
    assert any(sentence.startswith("11 more solutions are installed: ") for sentence in sentences)
    assert sentences[-1].startswith("The starter content is imported again")


def test_the_preview_of_no_change_says_so(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    assert change_preview(portal, {"name": portal.name}) == (
        "Nothing changes: what is done already is only looked at.",
    )
