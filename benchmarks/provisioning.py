"""From submit to a live portal, in the real product: alone, twenty together, and the submit with the broker down.

Prints p50 and p95 in seconds beside the targets; memory is the proportional set size of every process of the product.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from pathlib import Path

import httpx

from benchmarks.product import Api, Product, product_up

ALONE = 10
TOGETHER = 20
LIVE_SECONDS = 180


def main() -> None:
    with product_up() as product:
        _say("ready after first installation", product.ready_seconds, "s", "<= 25")
        time.sleep(10)  # idle means idle: let the start-up's own work end before memory is read
        _say("memory of everything, idle", memory_mib(product.pid), "MiB PSS", "<= 1024")
        api = product.api("jay@contoso.example")
        alone = [_one(product, api, f"alone-{number}") for number in range(ALONE)]
        _say("submit to live, alone, p50", statistics.median(alone), "s", "")
        _say("submit to live, alone, p95", _p95(alone), "s", "<= 10")
        _say(f"submit to live, last of {TOGETHER} together", _together(product, api), "s", "<= 60")
        submits = _broker_down(product, api)
        _say("submit answers, broker down, p95", _p95(submits) * 1000, "ms", "<= 150")


def _one(product: Product, api: Api, subdomain: str) -> float:
    values = api.portal_values(subdomain)
    began = time.monotonic()
    api.post("portals/", values)
    _wait_live(product, subdomain)
    return time.monotonic() - began


def _together(product: Product, api: Api) -> float:
    forms = [api.portal_values(f"together-{number}") for number in range(TOGETHER)]
    began = time.monotonic()
    for values in forms:
        api.post("portals/", values)
    for values in forms:
        _wait_live(product, values["subdomain"])
    return time.monotonic() - began


def _broker_down(product: Product, api: Api) -> list[float]:
    forms = [api.portal_values(f"silent-{number}") for number in range(ALONE)]
    took = []
    for values in forms:
        for pid in _broker_pids(product):
            os.kill(pid, signal.SIGKILL)  # the supervisor brings it back, so before each submit
        began = time.monotonic()
        api.post("portals/", values)
        took.append(time.monotonic() - began)
    for values in forms:
        _wait_live(product, values["subdomain"])
    return took


def _wait_live(product: Product, subdomain: str) -> None:
    until = time.monotonic() + LIVE_SECONDS
    while time.monotonic() < until:
        try:
            if product.visit(f"{subdomain}.portals.localhost").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{subdomain} was not live after {LIVE_SECONDS} s.")


def memory_mib(pid: int) -> float:
    """The proportional set size of a process and all that descend from it, in MiB (Linux)."""
    return sum(_pss_kib(member) for member in _descendants(pid)) / 1024


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo.extend(children.get(found[-1], []))
    return found


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _broker_pids(product: Product) -> list[int]:
    return [pid for pid in _descendants(product.pid) if "valkey-server" in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def _say(what: str, value: float, unit: str, target: str) -> None:
    print(f"{what:45} {value:9.2f} {unit:8} {target and 'target ' + target}")


if __name__ == "__main__":
    main()
