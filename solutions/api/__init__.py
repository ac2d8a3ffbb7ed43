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

__all__ = [
    "CatalogEndpoint",
    "SolutionInstallEndpoint",
    "SolutionReimportEndpoint",
    "SolutionRetryEndpoint",
    "SolutionUninstallEndpoint",
    "SolutionUpgradeEndpoint",
    "SolutionsEndpoint",
]
