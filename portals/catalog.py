"""What can be chosen: audiences, portal types and options (source document; product.md 1.3 and 1.4).

Which solutions a type needs is the solutions room's knowledge; the feature table is made from that package graph.
"""

from __future__ import annotations

from django.db import models


class Audience(models.TextChoices):
    PARTNER = "partner", "Partner"
    CUSTOMER = "customer", "Customer"
    EMPLOYEE = "employee", "Employee"


class PortalType(models.TextChoices):
    CUSTOMER_SELF_SERVICE = "customer_self_service", "Customer Self Service Portal"
    CUSTOM = "custom", "Custom Portal"
    PARTNER = "partner", "Partner Portal"
    COMMUNITY = "community", "Community Portal"
    EMPLOYEE_SELF_SERVICE = "employee_self_service", "Employee Self Service Portal"


class Option(models.TextChoices):
    PARTNER_PROJECT_SERVICE = "partner_project_service", "Partner Project Service"
    PARTNER_FIELD_SERVICE = "partner_field_service", "Partner Field Service"


TYPES_FOR_AUDIENCE: dict[Audience, tuple[PortalType, ...]] = {
    Audience.PARTNER: (
        PortalType.CUSTOMER_SELF_SERVICE,
        PortalType.CUSTOM,
        PortalType.PARTNER,
        PortalType.COMMUNITY,
    ),
    Audience.CUSTOMER: (PortalType.CUSTOMER_SELF_SERVICE, PortalType.CUSTOM, PortalType.COMMUNITY),
    Audience.EMPLOYEE: (PortalType.EMPLOYEE_SELF_SERVICE,),
}

OPTIONS_FOR_TYPE: dict[PortalType, tuple[Option, ...]] = {
    PortalType.PARTNER: (Option.PARTNER_PROJECT_SERVICE, Option.PARTNER_FIELD_SERVICE),
}
