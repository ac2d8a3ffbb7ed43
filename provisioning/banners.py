"""The banner over a portal's pages while one of the two halves, address and packages, is not ready.

Both sentences of a configuring portal are the product's own, verbatim.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portals.catalog import PortalType
from portals.models import PackageInstallStatus, Portal
from provisioning import messages


class Severity(StrEnum):
    INFO = "info"
    ERROR = "error"


@dataclass(frozen=True)
class Banner:
    """A sentence, and the word of it (or the words after it) that link to the organization's solutions, or ""."""

    severity: Severity
    sentence: str
    solutions_link: str = ""


def banner_for(portal: Portal, *, failed_package: str = "") -> Banner | None:
    """What to say over the portal's pages; None where there is nothing to say.

    Args:
        failed_package: the title of the solution at which the last run stopped, where that is known.
    """
    if portal.state == Portal.State.CONFIGURING:
        return _configuring(portal)
    if portal.package_install_status == PackageInstallStatus.INSTALL_FAILED and portal.address_ready_at:
        package = failed_package or PortalType(portal.portal_type).label
        sentence = messages.INSTALL_FAILED_BANNER.format(package=package)
        return Banner(Severity.ERROR, sentence, messages.INSTALL_FAILED_LINK)
    return None


def _configuring(portal: Portal) -> Banner:
    packages_ready = portal.package_install_status == PackageInstallStatus.INSTALLED
    if portal.address_ready_at and not packages_ready:
        return Banner(Severity.INFO, messages.PACKAGES_BANNER, messages.PACKAGES_BANNER_LINK)
    return Banner(Severity.INFO, messages.CONFIGURING_BANNER)
