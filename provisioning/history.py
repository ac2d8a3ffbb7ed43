"""The runs of a portal, newest first: who asked for what, and how it ended."""

from __future__ import annotations

from django.db.models import QuerySet

from portals.models import Portal
from provisioning.models import ProvisioningRequest


def provisioning_history(portal: Portal) -> QuerySet[ProvisioningRequest]:
    """Every request of the portal with its operation and submitter, in one query."""
    return portal.requests.select_related("operation", "submitted_by").order_by("-created_at")
