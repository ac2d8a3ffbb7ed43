"""Real clients, unchanged, over real HTTPS: Azure's last REST client of Event Hubs, and its client of hubs for Node."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from azure.common import AzureHttpError
from azure.servicebus import ServiceBusService

from analytics.hub.models import Hub, Interaction, InteractionType, ModelOperation, RefusedEvent
from analytics.hub.sas import token_make
from analytics.hub.services.hubs import hub_create
from organizations.models import Organization
from tests.builders.embedded_hubs import HubClient, article, client_of, search
from tests.builders.tls import Served, https_running

HERE = Path(__file__).parent / "node"
LONGEST = 120  # seconds for a command of Node
pytestmark = [
    pytest.mark.django_db,
    # The library is of 2017 and leaves that to the interpreter.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning", "ignore::ResourceWarning"),
]


@pytest.fixture
def served(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Served, None, None]:
    with https_running(tmp_path) as running:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.root_certificate))
        yield running


def event_hubs_client(served: Served, client: HubClient, key: str = "") -> ServiceBusService:
    return ServiceBusService(
        service_namespace="localhost",
        host_base=served.base_url.removeprefix("https://localhost"),
        shared_access_key_name=client.policy,
        shared_access_key_value=key or client.key,
    )


def test_azure_servicebus_sends_events(served: Served, client: HubClient) -> None:
    sender = event_hubs_client(served, client)
    sender.send_event("hub/contoso", json.dumps(article()))
    sender.send_event("hub/contoso", json.dumps(search("Käse")).encode(), device_id="door-1")
    assert set(Interaction.objects.values_list("txt", flat=True)) == {"Descale the coffee machine", "Käse"}


def test_azure_servicebus_is_told_what_is_wrong(served: Served, client: HubClient) -> None:
    with pytest.raises(AzureHttpError) as wrong_key:
        event_hubs_client(served, client, key="another key, long enough").send_event("hub/contoso", "{}")
    assert wrong_key.value.status_code == 401
    with pytest.raises(AzureHttpError) as unknown:
        event_hubs_client(served, client).send_event("hub/contoso", json.dumps({"InteractionType": "nosuch"}))
    assert unknown.value.status_code == 400
    assert "UnknownInteractionType" in str(unknown.value)
    assert RefusedEvent.objects.get().code == "UnknownInteractionType"


def test_a_batch_in_the_form_of_event_hubs(client: HubClient) -> None:
    kind = {"content_type": "application/vnd.microsoft.servicebus.json"}
    bare = {name: value for name, value in search().items() if name != "InteractionType"}
    good = [
        {"Body": json.dumps(article()), "UserProperties": {"Alert": "Strong Wind"}},
        {"Body": json.dumps(bare), "UserProperties": {"InteractionType": "portal_search"}},
        {"Body": article()},
    ]
    path = "messages?timeout=60&api-version=2014-01"
    assert client.send("POST", path, good, **kind).status_code == 201
    assert Interaction.objects.count() == 3
    mixed = client.send("POST", path, [{"Body": "no event"}, *good], **kind)
    assert (mixed.status_code, mixed.json()["duplicates"]) == (201, 3)
    assert mixed.json()["refused"][0]["error"]["code"] == "InvalidEvent"
    assert client.send("POST", path, [{"Body": "no event"}], **kind).status_code == 400
    assert client.send("POST", path, [{"body": 1}], **kind).json()["error"]["code"] == "InvalidBatch"


def test_the_whole_body_is_read_before_a_refusal(served: Served, client: HubClient) -> None:
    """A proxy takes an answer that comes earlier for a broken connection."""
    with socket.create_connection(("127.0.0.1", int(served.base_url.rpartition(":")[2])), 20) as plain:
        context = ssl.create_default_context(cafile=str(served.root_certificate))
        with context.wrap_socket(plain, server_hostname="localhost") as there:
            head = b"POST /hub/contoso/data/Interactions HTTP/1.0\r\nContent-Length: 3000000\r\n\r\n"
            there.sendall(head + b" " * 3_000_000)
            assert b" 401 " in there.recv(1000)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library, installed as its lock says; npm's own cache makes it quick from the second time on."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("node-hub-clients")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed: the client @azure/arm-customerinsights was not tried.")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        pytest.skip(f"npm could not install @azure/arm-customerinsights, which was not tried: {done.stderr[-200:]!r}")
    return folder


def walked(served: Served, client: HubClient, packages: Path) -> dict[str, Any]:
    """What the script printed."""
    host = served.base_url.removeprefix("https://")
    environment = {
        "PATH": os.environ["PATH"],
        "CLIENTS": str(packages),
        "HUB": f"{served.base_url}/hub/{client.hub.name}",
        "NAME": client.hub.name,
        "TOKEN": token_make(resource=f"{host}/hub/{client.hub.name}", policy=client.policy, key=client.key),
        "NODE_EXTRA_CA_CERTS": str(served.root_certificate),
    }
    command = [str(shutil.which("node")), str(HERE / "walk.mjs")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_azures_own_client_manages_a_hub(organization: Organization, packages: Path, tmp_path: Path) -> None:
    hub, _ = hub_create(actor=None, name="managed", organization=organization)
    with https_running(tmp_path) as served:
        told = walked(served, client_of(hub), packages)
    assert told == {
        "hub": "Succeeded",
        "profile": ["Contact", "Succeeded", "Profile", "managed"],
        "interaction": ["Visit", "Succeeded", False],
        "again": "Visit",
        "read": 4,
        "interactions": ["Visit"],
        "suggested": [],
        "link": ["VisitOfContact", "crmrecordid"],
        "links": ["VisitOfContact"],
        "relationship": ["Knows", "ManyToMany"],
        "relationshipLink": "Knows",
        "kpi": ["Minutes", "Sum"],
        "view": "Mine",
        "views": [1, 0],
        "reprocessed": "taken",
        "policy": ["Sender", ["Write"]],
        "keys": [True, False],
        "policies": ["RootManageSharedAccessKey", "Sender"],
        "gone": [404, "ResourceNotFound"],
        "used": [409, "InUse"],
        "refused": {
            "connectors": [501, "NotServed"],
            "name": [400, "InvalidName"],
            "reserved": [400, "InvalidName"],
            "hub": [404, "ResourceNotFound"],
        },
    }
    assert InteractionType.objects.get(hub=hub).name == "Visit"
    assert ModelOperation.objects.filter(hub=hub).count() == 8
