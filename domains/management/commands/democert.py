"""`manage.py democert HOST`: a .pfx by the demo's certificate authority, for the custom-domain wizard."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from domains.certificates.demo import DemoHostRefused, demo_pfx_write


class Command(BaseCommand):
    help = "Writes a .pfx for HOST, signed by the demo certificate authority, and prints its path and its password."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("host", help="such as support.customers.test or *.customers.test")
        parser.add_argument("--password", help="of the file; one is made where none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("PORTAL_DEMO is 0: this installation has no demo certificate authority.")
        given = options["password"]
        password = secrets.token_urlsafe(9) if given is None else given
        try:
            path = demo_pfx_write(Path(settings.PORTAL_HOME), options["host"], password)
        except DemoHostRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(str(path))
        if given is None:
            self.stdout.write(f"Password: {password}")
