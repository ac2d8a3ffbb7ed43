"""The columns of the Applications tab's rows as SQL: of a portal and of a licence, the same names in the same order."""

from __future__ import annotations

RESOURCE = "portal"  # the resource type of operations that work on portals

# Aliases: cut (the page's keys), portal, license, organization, run. A licence without a portal has empty text where
# only portals have something. The run of a provisioned portal is over, so none is looked for.
COLUMNS = """
    cut.key, cut.id, cut.is_portal, COALESCE(portal.name, ''), COALESCE(portal.subdomain, ''),
    COALESCE(portal.state, ''), COALESCE(portal.portal_type, ''), COALESCE(organization.name, ''),
    license.id AS license_id, license.type, license.expires_at,
    COALESCE(portal.created_at, license.created_at) AS created_at, run.step, run.plan, run.waiting_for, run.error
"""
TABLES = f"""
    LEFT JOIN portals_portal portal ON cut.is_portal AND portal.id = cut.id
    LEFT JOIN organizations_organization organization ON organization.id = portal.organization_id
    LEFT JOIN portals_portallicense license ON license.id = COALESCE(portal.license_id, cut.id)
    LEFT JOIN LATERAL (
        SELECT step, plan, waiting_for, error FROM operations_operation
        WHERE resource_type = '{RESOURCE}' AND resource_id = portal.id
        ORDER BY created_at DESC LIMIT 1
    ) run ON portal.state IN ('configuring', 'provisioning_failed')
"""  # noqa: S608 (constants)


def portal_key(sort: str, *, is_sorted: bool = False) -> str:
    """What portals are ordered by; ``is_sorted`` keeps the planner from walking the index that has this order."""
    if sort == "created":
        return "created_at + interval '0'" if is_sorted else "created_at"
    return "lower(name) || ''" if is_sorted else "lower(name)"


def license_key(sort: str) -> str:
    """What licences are ordered by: all have the same name (a parameter)."""
    return "created_at" if sort == "created" else "lower(%s::text)"
