"""``manage.py demodata``: makes what is missing of the demo data; may run at every start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from adminsite.demo import demo_data_create


class Command(BaseCommand):
    help = "Make the demo organizations, accounts and licences, and write demo-accounts.json."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("PORTAL_DEMO is 0: this installation has no demo data.")
        self.stdout.write(f"Demo accounts: {demo_data_create()}")
