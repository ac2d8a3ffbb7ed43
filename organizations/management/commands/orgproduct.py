"""``manage.py orgproduct NAME add|remove|list``: other products in an embedded organization, such as Field Service."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.products import PRODUCTS, product_add, product_remove, products_of


class Command(BaseCommand):
    help = "Install or remove Field Service or Project Service Automation in an embedded organization."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the organization, such as fabrikam")
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="show which products are there")
        for action in ("add", "remove"):
            actions.add_parser(action).add_argument("product", choices=sorted(PRODUCTS))

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = EmbeddedOrganization.objects.filter(name=options["name"]).first()
        if tenant is None:
            raise CommandError(f"There is no embedded organization {options['name']!r}.")
        if options["action"] == "list":
            there = products_of(tenant)
            for name, product in PRODUCTS.items():
                self.stdout.write(f"{name} ({product.friendly_name}): {there.get(name, 'not installed')}")
            return
        self._change(tenant, options["action"], options["product"])

    def _change(self, tenant: EmbeddedOrganization, action: str, product: str) -> None:
        title = PRODUCTS[product].friendly_name
        try:
            changed = (product_add if action == "add" else product_remove)(tenant, product)
        except DataverseError as refused:
            raise CommandError(refused.message) from refused
        done = "is installed" if action == "add" else "is removed"
        self.stdout.write(f"{title} {done} in {tenant}." if changed else f"{title} was so already in {tenant}.")
