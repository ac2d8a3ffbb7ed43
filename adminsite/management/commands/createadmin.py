"""``manage.py createadmin EMAIL``: a Global Administrator's one-time sign-in link; never a default password."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from adminsite.administrator import administrator_ensure, sign_in_address
from adminsite.tokens import sign_in_link_create


class Command(BaseCommand):
    help = "Make (or find) a Global Administrator and print a sign-in link that works once, for 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the administrator's e-mail address")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise CommandError(f"{email} is not an e-mail address.") from wrong
        user = administrator_ensure(email=email)
        self.stdout.write(sign_in_address(sign_in_link_create(user=user)))
