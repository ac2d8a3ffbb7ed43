"""The Web API client: how every room reaches an organization, real or embedded, over the same wire format."""

from organizations.client.connect import organization_client
from organizations.client.values import (
    AsyncOperation,
    ImportResult,
    InstalledSolution,
    MissingDependency,
    Problem,
    StagedSolution,
    SystemUser,
    WhoAmI,
)
from organizations.client.webapi import WebApiClient

__all__ = [
    "AsyncOperation",
    "ImportResult",
    "InstalledSolution",
    "MissingDependency",
    "Problem",
    "StagedSolution",
    "SystemUser",
    "WebApiClient",
    "WhoAmI",
    "organization_client",
]
