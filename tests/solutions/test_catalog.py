"""The catalogue against copies written down independently of it."""

from __future__ import annotations

import pytest

from portals.catalog import Option, PortalType
from solutions.catalog import (
    FEATURES,
    Package,
    Requirement,
    feature_table,
    option_prerequisites,
    package_named,
    packages,
    packages_for,
    solution_title,
)
from solutions.errors import CircularDependency
from solutions.graph import install_order, prerequisites_missing
from solutions.sources import externals
from solutions.versions import version_reaches

# Columns: customer self-service, partner, employee self-service, community, custom.
FEATURE_TABLE = """
World Ready                             x x x x x
Multi-Language Support                  x x x x x
Portal Administration                   x x x x x
Customization and Extensibility         x x x x x
Theming                                 x x x x x
Content Management                      x - x x -
Knowledge Management                    x x x x -
Support/Case Management                 x - x x -
Forums                                  x - x x -
Faceted Search                          x - x - -
Profile Management                      x - x - -
Subscribe to Forum Thread               x - x - -
Comments                                x - x x -
Azure AD Authentication                 - - x - -
Ideas                                   - - - x -
Blogs                                   - - - x -
Project Service Automation Integration  - x - - -
Field Service Integration               - x - - -
Partner Onboarding                      - x - - -
Portal Base                             x x x x x
Portal Workflows                        x x x x x
Web Notifications                       x x x x x
Microsoft Identity                      x x x x x
Identity Workflows                      x x x x x
Web Forms                               x x x x x
Feedback                                x x x x x
"""
COLUMNS = (
    PortalType.CUSTOMER_SELF_SERVICE,
    PortalType.PARTNER,
    PortalType.EMPLOYEE_SELF_SERVICE,
    PortalType.COMMUNITY,
    PortalType.CUSTOM,
)
STARTER = [
    "MicrosoftCrmPortalDependencies",
    "msdynce_PortalPrivacyExtensions",
    "MicrosoftCrmPortalBase",
    "MicrosoftCrmPortalBaseSystemWorkflows",
    "MicrosoftCrmPortalBaseWorkflows",
    "WebNotification",
    "MicrosoftIdentity",
    "MicrosoftIdentitySystemWorkflows",
    "MicrosoftIdentityWorkflows",
    "MicrosoftWebForms",
    "Feedback",
    "MicrosoftAzureStorage",
    "PortalTimeline",
    "BaseHtmlContentDesigner",
    "StarterPortal",
]
COMMUNITY = [
    "MicrosoftGetRecordIDWorkflowHelper",
    "MicrosoftBingMapsHelper",
    "MicrosoftCrmPortalDependencies",
    "msdynce_PortalPrivacyExtensions",
    "MicrosoftCrmPortalBase",
    "MicrosoftCrmPortalBaseSystemWorkflows",
    "MicrosoftCrmPortalBaseWorkflows",
    "WebNotification",
    "MicrosoftIdentity",
    "MicrosoftIdentitySystemWorkflows",
    "MicrosoftIdentityWorkflows",
    "MicrosoftWebForms",
    "Feedback",
    "MicrosoftBlogs",
    "MicrosoftForums",
    "MicrosoftForumsWorkflows",
    "MicrosoftIdeas",
    "MicrosoftIdeasWorkflows",
    "PortalTimeline",
    "CustomerService",
    "KnowledgeManagement",
    "MicrosoftBadges",
    "MicrosoftAzureStorage",
    "BaseHtmlContentDesigner",
    "CommunityPortal",
]


def names(portal_type: str, *options: str) -> list[str]:
    return [package.unique_name for package in packages_for(portal_type, options)]


def test_the_feature_table_is_the_source_documents() -> None:
    written = [line.rsplit(maxsplit=5) for line in FEATURE_TABLE.strip().splitlines()]
    expected = [
        (name, {type: tick == "x" for type, tick in zip(COLUMNS, ticks, strict=True)}) for name, *ticks in written
    ]
    assert [(row.name, dict(row.by_type)) for row in feature_table()] == expected


@pytest.mark.parametrize(("portal_type", "ticks"), list(zip(COLUMNS, (20, 16, 21, 19, 12), strict=True)))
def test_every_type_has_as_many_features_as_the_original(portal_type: PortalType, ticks: int) -> None:
    assert sum(row.by_type[portal_type] for row in feature_table()) == ticks


def test_the_packages_of_a_custom_portal_are_the_starter_set() -> None:
    assert names("custom") == STARTER


def test_the_packages_of_a_community_portal_come_in_the_published_order() -> None:
    assert names("community") == COMMUNITY


@pytest.mark.parametrize(
    ("portal_type", "template"), [("customer_self_service", "CustomerPortal"), ("employee_self_service", "ESSPortal")]
)
def test_customer_and_employee_portals_take_the_community_set_without_blogs_ideas_and_badges(
    portal_type: str, template: str
) -> None:
    absent = {"MicrosoftBlogs", "MicrosoftIdeas", "MicrosoftIdeasWorkflows", "MicrosoftBadges", "CommunityPortal"}
    assert names(portal_type) == [*(name for name in COMMUNITY if name not in absent), template]


def test_a_partner_portal_takes_the_base_and_knowledge_management_but_no_forums() -> None:
    found = names("partner")
    assert set(found) == {*STARTER, "CustomerService", "KnowledgeManagement", "PartnerPortal"} - {"StarterPortal"}
    assert found[-1] == "PartnerPortal"


def test_options_come_after_the_portal_they_extend() -> None:
    both = names("partner", Option.PARTNER_FIELD_SERVICE, Option.PARTNER_PROJECT_SERVICE)
    assert both == [*names("partner"), "PartnerProjectService", "PartnerFieldService"]


def test_an_option_belongs_to_its_type() -> None:
    with pytest.raises(ValueError, match="has no option"):
        packages_for("custom", ["partner_field_service"])
    with pytest.raises(ValueError, match="no_such_type"):
        packages_for("no_such_type")


@pytest.mark.parametrize(
    ("option", "unique_name", "title"),
    [
        ("partner_field_service", "fieldservice", "Field Service"),
        ("partner_project_service", "projectservice", "Project Service Automation"),
    ],
)
def test_what_an_option_needs_of_others_is_known(option: str, unique_name: str, title: str) -> None:
    (needed,) = option_prerequisites(option)
    assert (needed.unique_name, needed.title) == (unique_name, title)


@pytest.mark.parametrize("name", sorted(packages()))
def test_a_package_comes_after_everything_that_it_needs(name: str) -> None:
    order = install_order(name)
    assert order[-1] == package_named(name)
    there = dict.fromkeys(externals(), "99.0.0.0")
    assert prerequisites_missing(installed=there, packages=order) == ()


def test_every_feature_of_a_package_is_in_the_table() -> None:
    assert {feature for package in packages().values() for feature in package.features} <= set(FEATURES)


@pytest.mark.parametrize("portal_type", list(PortalType))
def test_prerequisites_are_installed_before_their_dependents(portal_type: PortalType) -> None:
    assert prerequisites_missing(installed={}, packages=packages_for(portal_type)) == ()


def test_a_missing_prerequisite_is_named_with_the_package_that_needs_it() -> None:
    missing = prerequisites_missing(
        installed={"FieldService": "8.1.0.0"}, packages=[package_named("PartnerFieldService")]
    )
    assert [(one.package.unique_name, one.requirement.unique_name) for one in missing] == [
        ("PartnerFieldService", "PartnerPortal")
    ]


def test_a_prerequisite_in_an_older_version_is_missing() -> None:
    installed = {"MicrosoftCrmPortalBase": "9.1.99.0"}
    missing = prerequisites_missing(installed=installed, packages=[package_named("MicrosoftBlogs")])
    assert [one.requirement for one in missing] == [Requirement("MicrosoftCrmPortalBase", "9.2.0.0")]


def test_a_circle_is_refused_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    base = packages()["MicrosoftCrmPortalBase"]
    circular = Package(
        base.unique_name, base.friendly_name, base.version, (Requirement("MicrosoftBlogs", "9.2.0.0"),), ()
    )
    monkeypatch.setattr("solutions.graph.packages", lambda: {**packages(), base.unique_name: circular})
    with pytest.raises(CircularDependency, match="in a circle: MicrosoftCrmPortalBase -> MicrosoftBlogs -> Microsoft"):
        install_order("MicrosoftCrmPortalBase")


def test_versions_are_compared_as_numbers() -> None:
    assert version_reaches("9.10.0.0", "9.9.0.0")
    assert version_reaches("9.2", "9.2.0.0")
    assert not version_reaches("9.2.0.0", "9.2.1.0")
    assert not version_reaches("next", "9.2.0.0")


def test_people_read_names_without_the_product_lines_prefix() -> None:
    assert package_named("MicrosoftCrmPortalBase").friendly_name == "Dynamics 365 Portals - Portal Base"
    assert solution_title("MicrosoftCrmPortalBase") == "Portal Base"
    assert solution_title("fieldservice") == "Field Service"
    assert solution_title("SomebodyElses") == "SomebodyElses"
