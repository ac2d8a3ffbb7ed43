from portals.models.license import PortalLicense
from portals.models.portal import PackageInstallStatus, Portal, PortalEvent

__all__ = ["PackageInstallStatus", "Portal", "PortalEvent", "PortalLicense"]
