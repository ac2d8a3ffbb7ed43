"""The room's part of the API."""

from solutions.api.catalog import CatalogEndpoint
from solutions.api.solutions import (
    SolutionInstallEndpoint,
    SolutionReimportEndpoint,
    SolutionRetryEndpoint,
    SolutionsEndpoint,
    SolutionUninstallEndpoint,
    SolutionUpgradeEndpoint,
)
from solutions.api.translations import TranslationsUpdateEndpoint

__all__ = [
    "CatalogEndpoint",
    "SolutionInstallEndpoint",
    "SolutionReimportEndpoint",
    "SolutionRetryEndpoint",
    "SolutionUninstallEndpoint",
    "SolutionUpgradeEndpoint",
    "SolutionsEndpoint",
    "TranslationsUpdateEndpoint",
]
