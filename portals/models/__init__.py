from portals.models.failure import PageFailure
from portals.models.license import PortalLicense
from portals.models.portal import PackageInstallStatus, Portal, PortalEvent

__all__ = ["PackageInstallStatus", "PageFailure", "Portal", "PortalEvent", "PortalLicense"]
