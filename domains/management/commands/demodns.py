"""`manage.py demodns add|remove|list`: the records of the demo's DNS server, which sees a change at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from domains.demodns import ZONES, RecordRefused, Records
from domains.demodns.records import DEFAULT_TTL, record_make


class Command(BaseCommand):
    help = f"Adds, removes and lists records of the demo DNS server (zones {' and '.join(ZONES)})."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="add a record: NAME TYPE VALUE")
        add.add_argument("name", help="such as support.customers.test")
        add.add_argument("type", help="such as CNAME")
        add.add_argument("value", help="such as contoso.portals.localhost")
        add.add_argument("--ttl", type=int, default=DEFAULT_TTL, help=f"seconds, {DEFAULT_TTL} by itself")
        remove = verbs.add_parser("remove", help="remove the records of a name: NAME [TYPE [VALUE]]")
        remove.add_argument("name")
        remove.add_argument("type", nargs="?", default="")
        remove.add_argument("value", nargs="?", default="")
        verbs.add_parser("list", help="print every record, one a line: NAME TTL TYPE VALUE")

    def handle(self, *args: Any, **options: Any) -> None:
        records = Records.of(settings.PORTAL_HOME)
        verb = {"add": _add, "remove": _remove, "list": _list}[options["verb"]]
        try:
            for line in verb(records, options):
                self.stdout.write(line)
        except RecordRefused as refused:
            raise CommandError(str(refused)) from refused


def _add(records: Records, options: dict[str, Any]) -> list[str]:
    record = record_make(options["name"], options["type"], options["value"], options["ttl"])
    records.add(record)
    return [str(record)]


def _remove(records: Records, options: dict[str, Any]) -> list[str]:
    gone = records.remove(options["name"], options["type"], options["value"])
    if not gone:
        raise CommandError(f"There is no such record of {options['name']}. `demodns list` shows all.")
    return [f"removed {record}" for record in gone]


def _list(records: Records, options: dict[str, Any]) -> list[str]:
    return [str(record) for record in sorted(records.all(), key=lambda record: (record.name, record.type))]
