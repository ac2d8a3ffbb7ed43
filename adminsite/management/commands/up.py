"""`manage.py up`: everything on one machine, in the foreground."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from adminsite.embedded.plan import Wanted


class Command(BaseCommand):
    help = "Starts everything on this machine and stays in the foreground. Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stop-with-parent", action="store_true", help="stop when the calling process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(
            home=str(settings.PORTAL_HOME),
            checkout=str(settings.BASE_DIR),
            https_port=settings.PORTAL_HTTPS_PORT,
            http_port=settings.PORTAL_HTTP_PORT,
            admin_host=settings.PORTAL_ADMIN_HOST,
            base_domain=settings.PORTAL_BASE_DOMAIN,
            is_database_embedded=not settings.PORTAL_DATABASE_URL,
            is_broker_embedded=not settings.PORTAL_REDIS_URL,
            is_demo=settings.PORTAL_DEMO,
            acme_directory=settings.PORTAL_ACME_DIRECTORY,
            trust_roots=settings.PORTAL_TRUST_ROOTS,
            demo_dns_port=settings.PORTAL_DEMO_DNS_PORT,
            stops_with_parent=options["stop_with_parent"],
        )
        os.chdir(settings.BASE_DIR)
        # Becomes a small process without Django: it stays for as long as the product runs.
        os.execv(sys.executable, (sys.executable, "-m", "adminsite.embedded", wanted.to_text()))  # noqa: S606
