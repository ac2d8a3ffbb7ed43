"""Questions about many installations."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from solutions.models import SolutionInstall  # noqa: F401  (named in the base class below)


class SolutionInstallQuerySet(QuerySet["SolutionInstall"]):
    """Installations of our packages."""

    def of_organization(self, organization_id: uuid.UUID) -> SolutionInstallQuerySet:
        """Those in one organization."""
        return self.filter(organization_id=organization_id)

    def installing(self) -> SolutionInstallQuerySet:
        """Those whose import has been asked for and has not ended."""
        return self.filter(import_job_id__isnull=False)

    def failed(self) -> SolutionInstallQuerySet:
        """Those that show "Install Failed"."""
        return self.filter(status=self.model.Status.INSTALL_FAILED)
