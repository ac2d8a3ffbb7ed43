"""Portals and licences as rows, without a run."""

from __future__ import annotations

import itertools
import uuid

from django.db import connection
from django.utils import timezone

from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal, PortalLicense

_numbers = itertools.count(1)


def license_free(type: str = PortalLicense.Type.PRODUCTION, **changes: object) -> PortalLicense:
    """A Portal Add-On without a portal."""
    return PortalLicense.objects.create(type=type, **changes)


def portal_row(organization: Organization, **changes: object) -> Portal:
    """A provisioned customer portal with a licence of its own; ``changes`` are columns."""
    number = next(_numbers)
    license = changes.pop("license", None) or license_free(is_assigned=True)
    if not isinstance(license, PortalLicense):
        raise TypeError("license is a PortalLicense")
    state = changes.get("state", Portal.State.PROVISIONED)
    installed = PackageInstallStatus.INSTALLED if state == Portal.State.PROVISIONED else PackageInstallStatus.NONE
    columns: dict[str, object] = {
        "name": f"Portal {number}",
        "subdomain": f"portal-{number}",
        "state": state,
        "license": license,
        "license_type": license.type,
        "organization": organization,
        "language": 1033,
        "administrator_id": uuid.uuid4(),
        "administrator_name": "Jay Hamlin",
        "audience": "customer",
        "portal_type": "customer_self_service",
        "package_install_status": installed,
        "address_ready_at": timezone.now() if state == Portal.State.PROVISIONED else None,
        "website_id": uuid.uuid4(),
    }
    return Portal.objects.create(**{**columns, **changes})


def many_portals(count: int, organizations: list[Organization], *, licenses: int = 0) -> None:
    """``count`` portals, spread over ``organizations``, and ``licenses`` free licences: a few seconds for 100,000.

    Names are two of some words and a number, so that a search finds from nobody to everybody ("Portal"). One in ten is
    a trial's, one in fifty has failed, one in a hundred is being configured.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LICENSES, {"count": count, "free": licenses})
        cursor.execute(_PORTALS, {"organizations": [organization.pk for organization in organizations]})
        cursor.execute(_RUNS)
        for table in ("portals_portal", "portals_portallicense", "operations_operation"):
            cursor.execute(f"ANALYZE {table}")


_LICENSES = """
    INSERT INTO portals_portallicense (id, type, is_assigned, expires_at, created_at, updated_at)
    SELECT gen_random_uuid(), CASE WHEN n %% 10 = 0 THEN 'trial' ELSE 'production' END, n <= %(count)s,
           CASE WHEN n %% 10 = 0 THEN now() + interval '12 days' END, now() - n * interval '1 minute', now()
    FROM generate_series(1, %(count)s + %(free)s) AS n
"""
_PORTALS = """
    INSERT INTO portals_portal (
        id, name, subdomain, state, license_id, license_type, organization_id, language, administrator_id,
        administrator_name, administrator_email, audience, portal_type, options, address_ready_at,
        package_install_status, website_id, content_version, created_at, updated_at
    )
    SELECT gen_random_uuid(),
           (ARRAY['Contoso','Fabrikam','Northwind','Adventure','Tailspin','Wingtip','Woodgrove'])[1 + n %% 7] || ' '
           || (ARRAY['Support','Partners','Community','Staff','Service','Ideas'])[1 + n %% 6] || ' Portal ' || n,
           'portal-' || n,
           CASE WHEN n %% 50 = 0 THEN 'provisioning_failed' WHEN n %% 100 = 1 THEN 'configuring' ELSE 'provisioned' END,
           id, type, (%(organizations)s::uuid[])[1 + n %% array_length(%(organizations)s::uuid[], 1)], 1033,
           gen_random_uuid(), 'Jay Hamlin', '', 'customer',
           (ARRAY['customer_self_service','custom','community','partner'])[1 + n %% 4], '{}', now(), 'Installed',
           gen_random_uuid(), 0, created_at, now()
    FROM (SELECT id, type, created_at, row_number() OVER () AS n FROM portals_portallicense WHERE is_assigned) AS taken
"""
_RUNS = """
    INSERT INTO operations_operation (
        id, created_at, updated_at, workflow, version, status, resource_type, resource_id, resource_label, request_id,
        plan, input, output, step, attempt, waiting_for, token
    )
    SELECT gen_random_uuid(), now(), now(), 'provision-portal', 1,
           CASE WHEN state = 'configuring' THEN 'Running' ELSE 'Failed' END, 'portal', id, name, '',
           '[{"name": "install-solution", "title": "Install Portal Base 9.2.1", "argument": ""},
             {"name": "open-portal", "title": "Open the portal", "argument": ""}]',
           '{}', '{}', 0, 0, '', 1
    FROM portals_portal WHERE state <> 'provisioned'
"""
