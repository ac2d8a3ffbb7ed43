"""docker-compose.yml and Dockerfile, as far as they can be held to their word without a Docker engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adminsite.embedded.edge import edge_configuration
from adminsite.embedded.edge_alone import caddy_from
from tests.builders.edge import upstream_running
from tests.builders.stack import CHECKOUT

OURS = ("migrate", "web", "websites", "worker", "beat", "edge-agent", "caddy")
EVERY = {"postgres", "valkey", *OURS}
# Keys of the Compose specification that this file may use.
SERVICE_KEYS = {
    *("image", "build", "restart", "init", "user", "read_only", "cap_drop", "security_opt", "environment", "secrets"),
    *("volumes", "tmpfs", "depends_on", "shm_size", "healthcheck", "command", "ports", "stop_grace_period"),
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text()))


def test_it_has_exactly_the_services_of_the_scale_out_shape(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == EVERY


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_service_is_kept_and_confined(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert set(service) <= SERVICE_KEYS
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert int(service["user"].split(":")[0]) > 0
    assert name == "migrate" or {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])
    assert re.search(r":[0-9][\w.]*$", service["image"]), "images carry a version"


def test_every_name_that_is_used_is_defined(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert named <= set(compose["volumes"])
        for other, condition in service.get("depends_on", {}).items():
            assert other in compose["services"]
            finished = condition["condition"] == "service_completed_successfully"
            assert finished == (other == "migrate")


def test_every_variable_is_a_setting_and_every_secret_a_file(compose: dict[str, Any]) -> None:
    settings = set(re.findall(r'"(PORTAL_[A-Z_]+)"', (CHECKOUT / "adminsite" / "settings.py").read_text()))
    for name in OURS:
        for variable, value in compose["services"][name]["environment"].items():
            assert variable.removesuffix("_FILE") in settings, variable
            if variable.endswith("_FILE") and value:
                assert value.removeprefix("/run/secrets/") in compose["services"][name]["secrets"]


def test_the_edge_is_given_no_secret_but_its_own(compose: dict[str, Any]) -> None:
    assert compose["services"]["caddy"]["secrets"] == ["edge_secret"]


def test_keys_of_custom_hosts_are_in_memory_alone_and_the_edge_only_reads_them(compose: dict[str, Any]) -> None:
    assert compose["volumes"]["certificates"]["driver_opts"]["type"] == "tmpfs"
    mounted = {name: service.get("volumes", []) for name, service in compose["services"].items()}
    holders = {name for name, volumes in mounted.items() if any("certificates:" in volume for volume in volumes)}
    assert holders == {"edge-agent", "caddy"}
    assert "certificates:/home/portal/state/run/edge:ro" in mounted["caddy"]


def test_only_the_edge_is_reachable_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["caddy"]


@pytest.mark.parametrize("name", [name for name in OURS if name != "caddy"])
def test_every_command_can_be_run(compose: dict[str, Any], name: str) -> None:
    command = compose["services"][name]["command"]
    assert command[0] == "python"
    done = subprocess.run(
        (sys.executable, *command[1:], "--help"), cwd=CHECKOUT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    options = [word.split("=")[0] for word in command if word.startswith("--")]
    assert [option for option in options if option not in done.stdout] == []


def test_the_image_holds_every_room_of_the_product() -> None:
    copied = set(re.findall(r"^COPY (\w+) ", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE))
    rooms = {path.parent.name for path in CHECKOUT.glob("*/apps.py")}
    assert rooms | {"templates"} <= copied


def test_the_image_runs_as_an_ordinary_user() -> None:
    users = re.findall(r"^USER (\d+)$", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["10001"]


def test_the_secrets_are_made_once_and_fit_together(compose: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "compose-secrets"
    script.write_bytes((CHECKOUT / "scripts" / "compose-secrets").read_bytes())
    contents = []
    for _ in range(2):
        subprocess.run(("sh", str(script)), check=True, capture_output=True, timeout=30)
        contents.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    made, again = contents
    assert made == again
    assert {Path(secret["file"]).name for secret in compose["secrets"].values()} == set(made)
    assert made["postgres_password"].strip() in made["database_url"]
    assert made["redis_url"].split(":")[2].split("@")[0] in made["valkey_conf"]
    assert "appendonly yes" in made["valkey_conf"]
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_the_edge_of_a_container_listens_everywhere_and_spreads_over_several_upstreams(tmp_path: Path) -> None:
    caddy = caddy_from({"PORTAL_HOME": str(tmp_path), "PORTAL_WEB_ADDRESS": "web:8001,web2:8001"})
    document = edge_configuration(caddy.edge())
    server = document["apps"]["http"]["servers"]["secure"]
    assert server["listen"] == [":8443"]
    proxy = server["routes"][1]["handle"][-1]
    assert [upstream["dial"] for upstream in proxy["upstreams"]] == ["web:8001", "web2:8001"]
    assert proxy["health_checks"]["passive"]["fail_duration"] > 0
    assert proxy["health_checks"]["active"]["uri"] == "/livez"


def test_the_edge_alone_serves_and_exports_its_root(tmp_path: Path) -> None:
    from adminsite.embedded.ports import port_free

    https_port = port_free()
    with upstream_running("web") as web:
        variables = {
            "PORTAL_HOME": str(tmp_path),
            "PORTAL_HTTPS_PORT": str(https_port),
            "PORTAL_HTTP_PORT": str(port_free((https_port,))),
            "PORTAL_WEB_ADDRESS": web,
            "PATH": "",
        }
        command = (sys.executable, "-m", "adminsite.embedded.edge_alone")
        process = subprocess.Popen(command, cwd=CHECKOUT, env=variables, stderr=subprocess.DEVNULL)
        try:
            assert _eventually_checks((*command, "--check"), variables)
        finally:
            process.terminate()
            process.wait(10)


def _eventually_checks(command: tuple[str, ...], variables: dict[str, str]) -> bool:
    """Whether the health check passes within some seconds, having failed or passed before."""
    return any(
        subprocess.run(command, cwd=CHECKOUT, env=variables, capture_output=True, timeout=30).returncode == 0
        for _ in range(30)
    )
