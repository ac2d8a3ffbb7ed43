"""Every role, action and organization: against a table written down here, by hand, from the source document."""

import itertools

import pytest
from django.db.models import Q

from core.errors import NotAllowed
from core.models import User
from organizations.models import Organization, Role, RoleAssignment
from organizations.policy import (
    MANAGE_DENIED,
    POLICY,
    PROVISION_DENIED,
    Action,
    may,
    organizations_for,
    reach_of,
    require,
)

pytestmark = pytest.mark.django_db

# action: who may, in letters: Global Administrator, Service administrator, system Administrator, Customizer,
# customer service Representative
EXPECTED = {
    "organization.choose": "AC",
    "organization.view": "GSAC",
    "organization.register": "GS",
    "organization.language": "A",
    "portal.provision": "A",
    "portal.view": "GSAC",
    "portal.manage": "GSA",
    "license.view": "GSAC",
    "license.take": "GSA",
    "solution.view": "GSAC",
    "solution.install": "A",
    "case.view": "AR",
    "case.answer": "AR",
    "journey.embed": "A",
    "translations.update": "GSA",
    "certificate.view": "GSAC",
    "certificate.manage": "GSA",
    "domain.view": "GSAC",
    "domain.manage": "GSA",
    "hub.view": "GSA",
    "hub.manage": "GSA",
    "analytics.view": "GSAC",
    "analytics.manage": "GSA",
}
LETTERS = {
    "G": Role.GLOBAL_ADMINISTRATOR,
    "S": Role.SERVICE_ADMINISTRATOR,
    "A": Role.SYSTEM_ADMINISTRATOR,
    "C": Role.SYSTEM_CUSTOMIZER,
    "R": Role.CUSTOMER_SERVICE_REPRESENTATIVE,
}
EVERY = list(itertools.product(EXPECTED, LETTERS))


def organization(name: str) -> Organization:
    url = f"https://{name}.example"
    return Organization.objects.create(unique_name=name, name=name, url=url, authority=url, client_id="x")


def somebody(letter: str, home: Organization) -> User:
    """An account with this one role; a role of an organization is held in ``home``."""
    user = User.objects.create_user(f"{letter}@example.test".lower())
    where = None if letter in "GS" else home
    RoleAssignment.objects.create(user=user, role=LETTERS[letter], organization=where)
    return user


def test_the_table_has_every_action_and_every_role() -> None:
    assert {action.value for action in Action} == set(EXPECTED) == {action.value for action in POLICY}
    assert set(LETTERS.values()) == set(Role)


def test_the_table_says_what_the_source_document_says() -> None:
    told = {action.value: {role.value for role in roles} for action, roles in POLICY.items()}
    assert told == {action: {LETTERS[letter].value for letter in letters} for action, letters in EXPECTED.items()}


@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_counts_where_it_is_held(letter: str) -> None:
    own, foreign = organization("own"), organization("foreign")
    user = somebody(letter, own)
    for action in Action:
        expected = letter in EXPECTED[action.value]
        assert may(user, action, own.pk) is expected, action
        assert may(user, action, foreign.pk) is (expected and letter in "GS"), action
        assert may(user, action) is expected, action


@pytest.mark.parametrize("letter", LETTERS)
def test_lists_show_the_organizations_of_ones_roles_only(letter: str) -> None:
    own, foreign = organization("own"), organization("foreign")
    user = somebody(letter, own)
    for action in Action:
        where = {own, foreign} if letter in "GS" else {own}
        expected = where if letter in EXPECTED[action.value] else set()
        assert set(organizations_for(user, action)) == expected, action


def test_nobody_may_nothing() -> None:
    own = organization("own")
    nobody = User.objects.create_user("nobody@example.test")
    for action in Action:
        assert not may(nobody, action, own.pk)
        assert not may(nobody, action)
        assert not organizations_for(nobody, action)


def test_an_account_that_is_shut_may_nothing() -> None:
    own = organization("own")
    user = somebody("G", own)
    user.is_active = False
    user.save()
    assert not any(may(user, action, own.pk) for action in Action)


def test_a_refusal_carries_the_source_documents_sentence() -> None:
    own = organization("own")
    customizer = somebody("C", own)
    with pytest.raises(NotAllowed) as manage:
        require(customizer, Action.PORTAL_MANAGE, own.pk)
    with pytest.raises(NotAllowed) as provision:
        require(customizer, Action.PORTAL_PROVISION, own.pk)
    assert (manage.value.code, manage.value.message) == ("auth:manage-denied", MANAGE_DENIED)
    assert (provision.value.code, provision.value.message) == ("auth:provision-denied", PROVISION_DENIED)
    assert manage.value.message == (
        "You need to be a global administrator, Dynamics 365 service administrator, or system administrator for this "
        "organization in order to manage this portal."
    )


def test_roles_of_two_organizations_do_not_mix() -> None:
    own, foreign = organization("own"), organization("foreign")
    user = somebody("C", own)
    RoleAssignment.objects.create(user=user, role=Role.SYSTEM_ADMINISTRATOR, organization=foreign)
    assert reach_of(user).roles_in(own.pk) == {Role.SYSTEM_CUSTOMIZER}
    assert reach_of(user).roles_in(foreign.pk) == {Role.SYSTEM_ADMINISTRATOR}
    assert not may(user, Action.PORTAL_PROVISION, own.pk)
    assert may(user, Action.PORTAL_PROVISION, foreign.pk)
    assert RoleAssignment.objects.filter(Q(user=user)).count() == 2
