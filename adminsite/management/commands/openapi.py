"""``manage.py openapi``: writes the API's committed schema; ``--check`` only compares (part of ``make check``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from adminsite.api.schema import schema_text

PATH = settings.BASE_DIR / "docs" / "reference" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write docs/reference/openapi.yaml, or with --check say whether it is what the code says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the file is not up to date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        text = schema_text()
        if not check:
            PATH.write_text(text)
        elif not PATH.exists() or PATH.read_text() != text:
            raise CommandError("docs/reference/openapi.yaml is not what the code says: run manage.py openapi.")
