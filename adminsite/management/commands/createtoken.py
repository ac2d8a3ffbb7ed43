"""``manage.py createtoken EMAIL [--scope S]… [--days N]``: prints one API token and nothing else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from adminsite.scopes import SCOPES
from adminsite.tokens import DEFAULT_DAYS, token_create
from core.errors import InvalidValue
from core.models import User


class Command(BaseCommand):
    help = "Print a new API token of an account. It is shown once and only its hash is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the account that the token acts for")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="S",
            help=f"limit the token (may be repeated): {', '.join(SCOPES)}; without it, all that the account may do",
        )
        parser.add_argument(
            "--days", type=int, default=DEFAULT_DAYS, metavar="N", help=f"until it expires (default {DEFAULT_DAYS})"
        )

    def handle(self, *args: Any, email: str, scope: list[str], days: int, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account with the e-mail address {email}.")
        try:
            token = token_create(user=user, scopes=scope, days=days)
        except InvalidValue as wrong:
            raise CommandError(wrong.message) from wrong
        self.stdout.write(token)
