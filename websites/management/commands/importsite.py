"""``manage.py importsite FOLDER --organization NAME``: a site that the product line's tools exported."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import PortalAdminError
from organizations.client import organization_client
from organizations.models import Organization
from websites.importing import SiteImport, site_import


class Command(BaseCommand):
    """Writes the export into the organization, makes every page once, and lists what is not supported."""

    help = "Load a site exported by the product line's tools into an organization."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the exported site: the folder with website.yml")
        parser.add_argument("--organization", required=True, help="unique name of the organization")
        parser.add_argument("--website", type=uuid.UUID, help="id of the website that the site becomes")
        parser.add_argument("--new", metavar="NAME", default="", help="make a new website of this name")
        parser.add_argument(
            "--replace", action="store_true", help="delete the website's rows that the export does not have"
        )

    def handle(self, *, folder: Path, organization: str, **options: Any) -> None:
        if options["website"] and options["new"]:
            raise CommandError("Name a website or a new one, not both.")
        website_id = uuid.uuid4() if options["new"] else options["website"]
        try:
            with organization_client(_organization(organization)) as client:
                done = site_import(
                    client,
                    folder,
                    website_id=website_id,
                    name=options["new"],
                    replace=options["replace"],
                    log=self.stdout.write,
                )
        except PortalAdminError as problem:
            raise CommandError(f"{problem} ({problem.code})") from problem
        self._tell(done)

    def _tell(self, done: SiteImport) -> None:
        self.stdout.write(f"Website {done.website_id}: {sum(done.written.values())} rows.")
        self.stdout.write(f"Not supported: {len(done.left) or 'nothing'}")
        for what in done.left:
            self.stdout.write(f"  {what}")
        self.stdout.write(f"Pages: {done.pages - len(done.problems)} of {done.pages} are made without an error.")
        for problem in done.problems:
            self.stdout.write(f"  {problem.path}: {problem.reason}")
        if done.problems:
            raise CommandError("Some pages cannot be made.")


def _organization(name: str) -> Organization:
    found = Organization.objects.filter(unique_name=name).first()
    if found is None:
        raise CommandError(f"There is no organization {name}.")
    return found
