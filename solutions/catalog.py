"""Our packages: what each needs, which ones a portal type takes and in which order, and what that gives to visitors.

The order is that in which the original installs them (the reverse of Microsoft KB 4500989); a package's needs are in
its source. Which solutions a Partner Portal takes was never published: that set is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from portals.catalog import OPTIONS_FOR_TYPE, Option, PortalType
from solutions.sources import ENGLISH, externals, sources

_PREFIX = "Dynamics 365 Portals - "

_HELPERS = ("MicrosoftGetRecordIDWorkflowHelper", "MicrosoftBingMapsHelper")
_BASE = (
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
)
_FORUMS = ("MicrosoftForums", "MicrosoftForumsWorkflows")
_IDEAS = ("MicrosoftIdeas", "MicrosoftIdeasWorkflows")
_SERVICE = ("PortalTimeline", "CustomerService", "KnowledgeManagement")
_DESIGN = ("MicrosoftAzureStorage", "BaseHtmlContentDesigner")

_SETS: Mapping[PortalType, tuple[str, ...]] = {
    PortalType.CUSTOM: (
        *_BASE,
        "MicrosoftAzureStorage",
        "PortalTimeline",
        "BaseHtmlContentDesigner",
        "StarterPortal",
    ),
    PortalType.CUSTOMER_SELF_SERVICE: (*_HELPERS, *_BASE, *_FORUMS, *_SERVICE, *_DESIGN, "CustomerPortal"),
    PortalType.EMPLOYEE_SELF_SERVICE: (*_HELPERS, *_BASE, *_FORUMS, *_SERVICE, *_DESIGN, "ESSPortal"),
    PortalType.COMMUNITY: (
        *_HELPERS,
        *_BASE,
        "MicrosoftBlogs",
        *_FORUMS,
        *_IDEAS,
        *_SERVICE,
        "MicrosoftBadges",
        *_DESIGN,
        "CommunityPortal",
    ),
    PortalType.PARTNER: (*_BASE, *_SERVICE, *_DESIGN, "PartnerPortal"),
}
_OPTIONS: Mapping[Option, str] = {
    Option.PARTNER_PROJECT_SERVICE: "PartnerProjectService",
    Option.PARTNER_FIELD_SERVICE: "PartnerFieldService",
}

FEATURES = (
    "World Ready",
    "Multi-Language Support",
    "Portal Administration",
    "Customization and Extensibility",
    "Theming",
    "Content Management",
    "Knowledge Management",
    "Support/Case Management",
    "Forums",
    "Faceted Search",
    "Profile Management",
    "Subscribe to Forum Thread",
    "Comments",
    "Azure AD Authentication",
    "Ideas",
    "Blogs",
    "Project Service Automation Integration",
    "Field Service Integration",
    "Partner Onboarding",
    "Portal Base",
    "Portal Workflows",
    "Web Notifications",
    "Microsoft Identity",
    "Identity Workflows",
    "Web Forms",
    "Feedback",
)


@dataclass(frozen=True)
class Requirement:
    """A solution that must be installed first, in ``minimum`` or a later version."""

    unique_name: str
    minimum: str

    @property
    def title(self) -> str:
        """The solution's name for people."""
        return solution_title(self.unique_name)


@dataclass(frozen=True)
class Package:
    """One of our packages."""

    unique_name: str
    friendly_name: str
    version: str
    requires: tuple[Requirement, ...]
    features: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name for people, without the product line's prefix."""
        return self.friendly_name.removeprefix(_PREFIX)


@dataclass(frozen=True)
class FeatureRow:
    """One row of the feature table."""

    name: str
    by_type: Mapping[PortalType, bool]


@cache
def packages() -> Mapping[str, Package]:
    """Every package by unique name."""
    return {
        name: Package(
            unique_name=name,
            friendly_name=source.friendly_names[ENGLISH],
            version=source.version,
            requires=tuple(Requirement(required, minimum) for required, minimum in source.requires.items()),
            features=source.features,
        )
        for name, source in sources().items()
    }


def package_named(name: str) -> Package:
    """The package with that unique name.

    Raises:
        KeyError: it is none of ours.
    """
    return packages()[name]


def solution_title(unique_name: str) -> str:
    """What people call a solution, ours or another product's; its unique name where nothing better is known."""
    if package := packages().get(unique_name):
        return package.title
    external = externals().get(unique_name.casefold())
    return external.friendly_name if external else unique_name


def packages_for(portal_type: str, options: Iterable[str] = ()) -> tuple[Package, ...]:
    """The packages of a portal type with its options, in the order in which they are installed.

    Raises:
        ValueError: no such type or option, or the type does not have the option.
    """
    portal_type, chosen = PortalType(portal_type), {Option(option) for option in options}
    allowed = OPTIONS_FOR_TYPE.get(portal_type, ())
    if chosen - set(allowed):
        raise ValueError(f"{portal_type.label} has no option {sorted(chosen - set(allowed))}.")
    extra = [_OPTIONS[option] for option in allowed if option in chosen]
    return tuple(package_named(name) for name in (*_SETS[portal_type], *extra))


def option_package(option: str) -> str:
    """Unique name of the package that the option adds."""
    return _OPTIONS[Option(option)]


def option_prerequisites(option: str) -> tuple[Requirement, ...]:
    """What must be in the organization already, because no package of ours brings it, before ``option`` can be had."""
    package = package_named(_OPTIONS[Option(option)])
    return tuple(requirement for requirement in package.requires if requirement.unique_name not in packages())


@cache
def feature_table() -> tuple[FeatureRow, ...]:
    """The feature comparison: what the packages of each portal type, with all its options, bring."""
    brought = {portal_type: _features(portal_type) for portal_type in PortalType}
    return tuple(
        FeatureRow(name, {portal_type: name in brought[portal_type] for portal_type in PortalType}) for name in FEATURES
    )


def _features(portal_type: PortalType) -> set[str]:
    chosen = packages_for(portal_type, OPTIONS_FOR_TYPE.get(portal_type, ()))
    return {feature for package in chosen for feature in package.features}
