"""The Node library ``dynamics-web-api``, unchanged, over real HTTPS."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.builders.organizations import contoso, tenant_of
from tests.builders.tls import https_running
from tests.embedded.clients import Reached, reached

HERE = Path(__file__).parent / "node"
LONGEST = 120  # seconds for a command of Node


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library, installed as its lock says; npm's own cache makes it quick from the second time on."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("node-clients")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed: the client dynamics-web-api was not tried.")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        pytest.skip(f"npm could not install dynamics-web-api, which was not tried: {done.stderr[-200:]!r}")
    return folder


def walked(organization: Reached, packages: Path) -> dict[str, Any]:
    """What the script printed."""
    environment = {
        "PATH": os.environ["PATH"],
        "CLIENTS": str(packages),
        "ORGANIZATION": organization.base_url,
        "TOKEN": organization.token(),
        "NODE_EXTRA_CA_CERTS": str(organization.root_certificate),
    }
    command = [str(shutil.which("node")), str(HERE / "walk.mjs")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.django_db
def test_the_library_does_everything_it_can(packages: Path, tmp_path: Path) -> None:
    with https_running(tmp_path) as served:
        told = walked(reached(served, tenant_of(contoso(contacts=()))), packages)
    account = told.pop("account")
    assert len(account) == 36
    single = told.pop("single")
    assert (single["jobtitle"], single["department"]) == ("Tester", "One")
    assert told == {
        "created": "Nora Node",
        "read": "Nora Node",
        "expanded": "Node & Söhne",
        "unchanged": "not sent again",
        "pages": [5, 3, ["Page 3", "Page 4"]],
        "all": 5,
        "count": 5,
        "countAll": 5,
        "many": ["Nora Node"],
        "property": "Node & Söhne",
        "emptied": None,
        "upserted": "Upserted twice",
        "associated": 2,
        "disassociated": 1,
        "batched": 2,
        "batchRead": "Batched",
        "batchRefused": [400, "0x80048d19"],
        "entity": "contacts",
        "options": [1, 2, 3],
        "whoAmI": "string",
        "refused": [404, "0x80040217"],
        "unknown": [400, "0x80060888"],
        "fetched": [501, "0x80060888"],
    }
