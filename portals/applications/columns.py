"""The columns of the Applications tab's rows: of a portal and of a licence, the same names in the same order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    JSONField,
    OuterRef,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat, JSONObject, Lower

from operations.models import Operation
from portals.models import Portal, PortalLicense

RESOURCE = "portal"  # the resource type of operations that work on portals

# Where the latest run stands; the run of a provisioned portal is over.
_RUN = Case(
    When(
        state__in=[Portal.State.CONFIGURING, Portal.State.PROVISIONING_FAILED],
        then=Subquery(
            Operation.objects.filter(resource_type=RESOURCE, resource_id=OuterRef("id"))
            .order_by("-created_at")
            .values(found=JSONObject(step="step", plan="plan", waiting_for="waiting_for", error="error"))[:1]
        ),
    ),
    default=Value(None, output_field=JSONField()),
    output_field=JSONField(),
)


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


PORTAL_COLUMNS: dict[str, Any] = {
    "row_id": F("id"),
    "row_name": F("name"),
    "row_subdomain": F("subdomain"),
    "row_state": F("state"),
    "row_portal_type": F("portal_type"),
    "row_organization": F("organization__name"),
    "row_license": F("license_id"),
    "row_type": F("license_type"),
    "row_expires": F("license__expires_at"),
    "row_created": F("created_at"),
    "row_run": _RUN,
}
LICENSE_COLUMNS: dict[str, Any] = {
    "row_id": F("id"),
    "row_name": _text(""),
    "row_subdomain": _text(""),
    "row_state": _text(""),
    "row_portal_type": _text(""),
    "row_organization": _text(""),
    "row_license": F("id"),
    "row_type": F("type"),
    "row_expires": F("expires_at"),
    "row_created": F("created_at"),
    "row_run": Value(None, output_field=JSONField()),
}


def portal_key(sort: str, *, is_sorted: bool = False) -> Any:
    """What portals are ordered by; ``is_sorted`` keeps the planner from walking the index that has this order."""
    if sort == "created":
        again = ExpressionWrapper(F("created_at") + Value(timedelta(0)), output_field=DateTimeField())
        return again if is_sorted else F("created_at")
    return Concat(Lower("name"), Value(""), output_field=TextField()) if is_sorted else Lower("name")


def license_key(sort: str) -> Any:
    """What licences are ordered by: all have the same name."""
    return F("created_at") if sort == "created" else Lower(_text(PortalLicense.TITLE))
