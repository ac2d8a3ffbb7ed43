"""``manage.py orgfault NAME add|list|clear``: the fault switch of an embedded organization."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organizations.embedded.faults import FaultWrong, fault_add, fault_as_json, faults_clear
from organizations.embedded.models import EmbeddedOrganization, Fault

FIELDS = (
    *("kind", "method", "path", "status", "code", "message", "retry_after"),
    *("seconds", "solution", "user", "role", "times"),
)


class Command(BaseCommand):
    help = "Make an embedded organization do wrong on purpose, or right again (docs/how-to/try-failures.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the organization, such as contoso")
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="show the rules")
        actions.add_parser("clear", help="take all rules away and give dropped roles back")
        add = actions.add_parser("add", help="add a rule")
        add.add_argument("kind", choices=Fault.Kind.values)
        add.add_argument("--method", help="such as POST; without it every method")
        add.add_argument("--path", help="beginning of the path below /api/data/v9.2/, such as StageSolution")
        add.add_argument("--status", type=int, help="HTTP status, 500 if not given")
        add.add_argument("--code", help="the service's code, such as 0x80048034")
        add.add_argument("--message", help="the service's text")
        add.add_argument("--retry-after", type=int, help="seconds")
        add.add_argument("--seconds", type=float, help="how long to hang")
        add.add_argument("--solution", help="unique name; without it every solution")
        add.add_argument("--user", help="e-mail address of the user who loses the role")
        add.add_argument("--role", help="name of the role")
        add.add_argument("--times", type=int, help="how often; without it until cleared")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = EmbeddedOrganization.objects.filter(name=options["name"]).first()
        if tenant is None:
            raise CommandError(f"There is no embedded organization {options['name']!r}.")
        if options["action"] == "clear":
            self.stdout.write(f"{faults_clear(tenant)} rules taken away.")
        elif options["action"] == "add":
            self.stdout.write(_line(self._add(tenant, options)))
        else:
            for fault in Fault.objects.filter(tenant=tenant):
                self.stdout.write(_line(fault))

    def _add(self, tenant: EmbeddedOrganization, options: dict[str, Any]) -> Fault:
        try:
            return fault_add(tenant, {name: options[name] for name in FIELDS})
        except FaultWrong as wrong:
            raise CommandError(str(wrong)) from wrong


def _line(fault: Fault) -> str:
    return json.dumps(fault_as_json(fault), ensure_ascii=False)
