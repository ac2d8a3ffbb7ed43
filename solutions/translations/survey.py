"""The dry run: what an update would add, what it would leave alone, and which newer versions it does not install."""

from __future__ import annotations

from dataclasses import dataclass

from organizations.client import WebApiClient
from portals.models import Portal
from solutions.catalog import Package, packages_for
from solutions.translations.texts import Comparison, languages_spoken, package_tables, texts_compare
from solutions.versions import version_key


@dataclass(frozen=True)
class InstalledPackage:
    """A package of the portal as the organization has it."""

    package: Package
    version: str  # installed

    @property
    def newer(self) -> str:
        """The version that is available and is not installed by an update; "" where there is none."""
        return self.package.version if version_key(self.package.version) > version_key(self.version) else ""


@dataclass(frozen=True)
class LanguageSurvey:
    """One activated language: texts that would be added and renewed, texts that people changed and that stay."""

    lcid: int
    missing: int
    outdated: int
    kept: int
    is_spoken: bool  # whether our packages have texts in it at all


@dataclass(frozen=True)
class Survey:
    """What an update of a portal's translations would do."""

    packages: tuple[InstalledPackage, ...]
    languages: tuple[LanguageSurvey, ...]

    @property
    def added(self) -> tuple[LanguageSurvey, ...]:
        """The languages that would get texts."""
        return tuple(language for language in self.languages if language.missing)

    @property
    def newer(self) -> tuple[InstalledPackage, ...]:
        """The packages of which a newer version is available."""
        return tuple(installed for installed in self.packages if installed.newer)

    @property
    def is_complete(self) -> bool:
        """Whether an update would change nothing."""
        return not any(language.missing or language.outdated for language in self.languages)


def packages_installed(client: WebApiClient, portal: Portal) -> tuple[InstalledPackage, ...]:
    """The portal's packages that the organization has, in the order in which they are installed."""
    there = {found.unique_name.casefold(): found.version for found in client.solutions()}
    return tuple(
        InstalledPackage(package, there[package.unique_name.casefold()])
        for package in packages_for(portal.portal_type, portal.options)
        if package.unique_name.casefold() in there
    )


def survey_make(client: WebApiClient, portal: Portal) -> Survey:
    """Look at the organization; nothing is changed.

    Raises:
        OrganizationUnavailable, OrganizationRefused.
    """
    installed = packages_installed(client, portal)
    names = [one.package.unique_name for one in installed]
    active = client.provisioned_languages()
    seen = client.table_texts(sorted({table for name in names for table in package_tables(name)}))
    compared = sum((texts_compare(name, seen, active) for name in names), Comparison())
    spoken = languages_spoken(names)
    languages = tuple(
        LanguageSurvey(lcid, compared.missing[lcid], compared.outdated[lcid], compared.kept[lcid], lcid in spoken)
        for lcid in active
    )
    return Survey(installed, languages)
