"""``manage.py rotatekeys``: re-seals every stored secret with the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adminsite.rotation import secrets_rotate


class Command(BaseCommand):
    help = "Re-seal every stored secret with the first key of PORTAL_KEYRING. Then the older keys may be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        done = secrets_rotate()
        self.stdout.write(f"{done.resealed} sealed anew, {done.current} with the newest key already.")
        if done.broken:
            raise CommandError("Not re-sealed, keep the old keys: " + " ".join(done.broken))
