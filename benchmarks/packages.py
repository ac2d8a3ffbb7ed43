"""Solutions in an embedded organization, over its real wire format and HTTPS, in the real product.

Each portal type's whole package list goes into an empty organization (stage, import, poll, result; the product's own
client and zips), and then once more in the same version, for a language that was activated in between. Prints seconds
beside the targets; never passes or fails on a time.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.product import Product, product_up

if TYPE_CHECKING:
    from organizations.client import WebApiClient

ROUNDS = 3
ENGLISH, GERMAN, FRENCH = 1033, 1031, 1036
POLLS = (0.005, 0.01, 0.02, 0.05, 0.1)

# Makes an organization in the running product's database and prints what a client of it needs.
_MAKE = """
from organizations.embedded import seed
products = (seed.FIELD_SERVICE, seed.PROJECT_SERVICE)
tenant = seed.embedded_organization_create(
    name={name!r}, friendly_name={name!r}, languages=({languages}), solutions=products
)
print("made", tenant.client_id, seed.client_secret_of(tenant))
"""


def main() -> None:
    with product_up() as product:
        _django(product)
        from portals.catalog import OPTIONS_FOR_TYPE, PortalType

        print(f"{ROUNDS} rounds, median (slowest), seconds")
        for portal_type in PortalType:
            _type(product, portal_type.value, OPTIONS_FOR_TYPE.get(portal_type, ()))


def _type(product: Product, portal_type: str, options: Iterable[str]) -> None:
    from solutions.catalog import packages_for

    names = [package.unique_name for package in packages_for(portal_type, options)]
    installs, again, looks = [], [], []
    for _ in range(ROUNDS):
        client = _organization(product)
        installs.append(_imported(client, names))
        client.session.send("POST", client.session.url("ProvisionLanguage"), {"Language": FRENCH})
        again.append(_imported(client, names))
        looks.append(_looked(client, names))
    _say(f"{portal_type}: {len(names)} packages, empty organization", installs, "<= 4")
    _say(f"{portal_type}: again, for a new language", again, "<= 4")
    _say(f"{portal_type}: dry run over all texts", looks, "")


def _imported(client: WebApiClient, names: list[str]) -> float:
    """Seconds for the packages one after the other, each followed to its result."""
    from solutions.build import package_zip

    zips = [package_zip(name) for name in names]
    began = time.perf_counter()
    for content in zips:
        job = uuid.uuid4()
        operation = client.import_solution(upload_id=client.stage_solution(content).upload_id, import_job_id=job)
        for pause in (*POLLS, *[0.1] * 300):
            if client.async_operation(operation).is_complete:
                break
            time.sleep(pause)
        result = client.import_result(job)
        if not result.is_success:
            raise RuntimeError(f"An import failed: {result.errors}")
    return time.perf_counter() - began


def _looked(client: WebApiClient, names: list[str]) -> float:
    """Seconds to read every text and compare it."""
    from solutions.translations.texts import package_tables, texts_compare

    began = time.perf_counter()
    seen = client.table_texts(sorted({table for name in names for table in package_tables(name)}))
    if not all(texts_compare(name, seen, (ENGLISH, GERMAN, FRENCH)).is_complete for name in names):
        raise RuntimeError("The organization does not show all texts after the import.")
    return time.perf_counter() - began


def _organization(product: Product) -> WebApiClient:
    """A client of an empty organization of its own."""
    from organizations.client import WebApiClient
    from organizations.client.tokens import Credentials

    name = f"bench-{uuid.uuid4().hex[:8]}"
    told = product.run("shell", "--command", _MAKE.format(name=name, languages=f"{ENGLISH}, {GERMAN}"))
    client_id, secret = told.splitlines()[-1].split()[1:]
    base = f"https://localhost:{product.https_port}/org/{name}"
    return WebApiClient(Credentials(authority=base, client_id=client_id, client_secret=secret, resource=base))


def _django(product: Product) -> None:
    """This process is a client only: it needs the settings for the edge's address and certificate."""
    import os

    os.environ["PORTAL_HOME"] = str(product.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")
    import django

    django.setup()


def _say(what: str, seconds: list[float], target: str) -> None:
    figures = f"{statistics.median(seconds):7.2f} ({max(seconds):.2f})"
    print(f"{what:60} {figures}   {target and 'target ' + target}", flush=True)


if __name__ == "__main__":
    load = Path("/proc/loadavg").read_text().split()[0]
    print(f"load average at the start: {load}")
    main()
