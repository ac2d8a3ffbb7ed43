"""Other products' solutions in an embedded organization: bought, installed and taken away by its own administrators."""

from __future__ import annotations

from collections.abc import Mapping

from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.embedded.seed import FIELD_SERVICE, PROJECT_SERVICE, SeedSolution, embedded_organization_create
from organizations.embedded.solutions.checks import installed
from organizations.embedded.solutions.uninstall import solution_uninstall

PRODUCTS: Mapping[str, SeedSolution] = {one.unique_name: one for one in (FIELD_SERVICE, PROJECT_SERVICE)}


def product_add(tenant: EmbeddedOrganization, unique_name: str) -> bool:
    """Install the product; False where it is there already.

    Raises:
        KeyError: none of :data:`PRODUCTS`.
    """
    product = PRODUCTS[unique_name]
    if installed(tenant, unique_name) is not None:
        return False
    embedded_organization_create(name=tenant.name, friendly_name=tenant.friendly_name, solutions=(product,))
    return True


def product_remove(tenant: EmbeddedOrganization, unique_name: str) -> bool:
    """Take the product away; False where it is not there.

    Raises:
        KeyError: none of :data:`PRODUCTS`.
        DataverseError: 0x8004f01f, other solutions need it.
    """
    found = installed(tenant, PRODUCTS[unique_name].unique_name)
    if found is None:
        return False
    solution_uninstall(tenant, found)
    return True


def products_of(tenant: EmbeddedOrganization) -> dict[str, str]:
    """The version of each product that is there."""
    rows = rows_in(tenant, "solution").filter(uniquename__in=PRODUCTS)
    return dict(rows.values_list("uniquename", "version"))
