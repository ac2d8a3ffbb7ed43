"""The embedded organization over HTTPS: many rows at once, wide pages, batches, filters, each beside its goal.

The product's web process (one worker of Granian, TLS, a new connection for each request) answers from a PostgreSQL of
its own. Prints for each act the median and the 95th percentile in ms, the processor time of the web process for one
request, and the goal; it ends with 1 where none of three turns reaches a goal (others may be using the processor too).
"""

from __future__ import annotations

import json
import os
import ssl
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.services import database_up, web_up

ROWS = int(os.environ.get("BENCH_ROWS", "50000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
MANY = 1000
TYPE = "Microsoft.Dynamics.CRM.contact"


@dataclass(frozen=True)
class Act:
    """One request, made anew for each round. ``goal``: ms; None is shown only."""

    name: str
    goal: int | None
    send: Callable[[], None]


@dataclass
class Api:
    """The application user's way to the organization; every request has a connection of its own."""

    base_url: str
    token: str
    context: ssl.SSLContext
    ids: list[str] = field(default_factory=list)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        with httpx.Client(verify=self.context, timeout=60) as client:
            answer = client.request(method, f"{self.base_url}/api/data/v9.2/{path}", content=content, headers=sent)
        assert answer.status_code < 300, answer.text[:500]
        return answer


def main() -> int:
    with _services() as (process, base_url, context):
        api = Api(base_url, _token(base_url, context), context)
        _fill(api)
        acts = _acts(api)
        print(f"{ROWS:,} contacts, {ROUNDS} rounds, one process, TLS, a new connection for each request; ms")
        print(f"{'act':34}{'p50':>8}{'p95':>8}{'cpu':>8}{'goal':>8}")
        missed = [act.name for act in acts if not _measured(act, process.pid)]
    print(f"goals missed: {', '.join(missed)}" if missed else "all goals reached")
    return 1 if missed else 0


def _acts(api: Api) -> list[Act]:
    return [
        Act("POST one", None, lambda: _drop(api.send("POST", "contacts", {"lastname": "One"}))),
        Act("CreateMultiple 1,000", 80, lambda: _create(api, MANY)),
        Act("CreateMultiple 5,000", 400, lambda: _create(api, 5 * MANY)),
        Act("UpdateMultiple 1,000", 150, lambda: _update(api)),
        Act("$batch of 1,000 POSTs", 1000, lambda: _batch(api, in_change_set=False)),
        Act("$batch of 1,000, one change set", 1000, lambda: _batch(api, in_change_set=True)),
        Act("page of 5,000, 3 columns", 120, lambda: _page(api)),
        Act(f"equality, indexed, {ROWS:,} rows", 10, lambda: _equal(api)),
        Act("contains, not indexed", None, lambda: _contains(api)),
        Act("expand of a collection", None, lambda: _expand(api)),
        Act("definitions of a table's columns", None, lambda: _definitions(api)),
    ]


def _measured(act: Act, pid: int) -> bool:
    """Print the act's line and say whether it reaches its goal in one of three turns."""
    for _ in range(3):
        act.send()  # warms up
        took, before = [], _cpu_ms(pid)
        for _ in range(ROUNDS):
            began = time.perf_counter()
            act.send()
            took.append((time.perf_counter() - began) * 1000)
        cpu = (_cpu_ms(pid) - before) / ROUNDS
        p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[18]
        print(f"{act.name:34}{p50:>8.1f}{p95:>8.1f}{cpu:>8.1f}{act.goal or '-':>8}")
        if act.goal is None or p50 <= act.goal:
            return True
    return False


def _drop(answer: httpx.Response) -> None:
    """The answer was checked and is not needed."""


def _create(api: Api, count: int) -> None:
    targets = [{"@odata.type": TYPE, **_person(number)} for number in range(count)]
    answer = api.send("POST", f"contacts/{TYPE.rpartition('.')[0]}.CreateMultiple", {"Targets": targets})
    api.ids = answer.json()["Ids"][:MANY]


def _person(number: int) -> dict[str, Any]:
    name = uuid.uuid4().hex
    return {"firstname": f"First {number}", "lastname": name, "emailaddress1": f"{name}@example.test"}


def _update(api: Api) -> None:
    change = {"jobtitle": uuid.uuid4().hex, "numberofchildren": 2}
    targets = [{"@odata.type": TYPE, "contactid": id, **change} for id in api.ids]
    api.send("POST", "contacts/Microsoft.Dynamics.CRM.UpdateMultiple", {"Targets": targets})


def _batch(api: Api, *, in_change_set: bool) -> None:
    parts = [_operation(number, in_change_set=in_change_set) for number in range(MANY)]
    body = _multipart("set", parts) if in_change_set else ""
    if in_change_set:
        parts = [f"Content-Type: multipart/mixed; boundary=set\r\n\r\n{body}"]
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer = api.send("POST", "$batch", _multipart("b", parts).encode(), **headers)
    assert answer.text.count("HTTP/1.1 204") == MANY, answer.text[:500]


def _operation(number: int, *, in_change_set: bool) -> str:
    content_id = f"Content-ID: {number + 1}\r\n" if in_change_set else ""
    head = f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n{content_id}\r\n"
    return f"{head}POST contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{json.dumps(_person(number))}"


def _multipart(boundary: str, parts: list[str]) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def _page(api: Api) -> None:
    answer = api.send("GET", "contacts?$select=fullname,emailaddress1,createdon")
    assert len(answer.json()["value"]) == 5000


def _equal(api: Api) -> None:
    email = f"Person-{ROWS // 2}@EXAMPLE.test"
    answer = api.send("GET", f"contacts?$select=fullname&$filter=emailaddress1 eq '{email}'")
    assert len(answer.json()["value"]) == 1


def _contains(api: Api) -> None:
    answer = api.send("GET", "contacts?$select=fullname&$top=10&$filter=contains(description,'zebra')")
    assert answer.json()["value"] == []


def _expand(api: Api) -> None:
    answer = api.send("GET", "accounts?$select=name&$expand=contact_customer_accounts($select=fullname;$top=50)&$top=1")
    assert len(answer.json()["value"]) == 1


def _definitions(api: Api) -> None:
    found = api.send("GET", "EntityDefinitions(LogicalName='contact')/Attributes").json()["value"]
    assert len(found) > 50


def _fill(api: Api) -> None:
    """The rows the reading acts look for, in pages of 5,000, and statistics for the planner."""
    api.send("POST", "accounts", {"name": "Bench"})
    for start in range(0, ROWS, 5000):
        numbers = range(start, min(start + 5000, ROWS))
        targets = [
            {"@odata.type": TYPE, "lastname": f"Person {number}", "emailaddress1": f"person-{number}@example.test"}
            for number in numbers
        ]
        api.send("POST", "contacts/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": targets})
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _token(base_url: str, context: ssl.SSLContext) -> str:
    from organizations.embedded.seed import client_secret_of, embedded_organization_create

    tenant = embedded_organization_create(name="bench", friendly_name="Bench")
    form = {"client_id": str(tenant.client_id), "client_secret": client_secret_of(tenant)}
    form |= {"grant_type": "client_credentials", "scope": f"{base_url}/.default"}
    answer = httpx.post(f"{base_url}/oauth2/v2.0/token", data=form, verify=context, timeout=60)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def _cpu_ms(pid: int) -> float:
    """User and system time of a process and its children in ms (proc(5))."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13] for one in pids]
    return sum(int(tick) for pair in ticks for tick in pair) * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def _services() -> Iterator[tuple[subprocess.Popen[bytes], str, ssl.SSLContext]]:
    """PostgreSQL and the web process with one worker, over TLS."""
    from adminsite.embedded.ports import port_free

    with database_up() as database:
        folder, port = database.folder, port_free()
        context = _prepared(folder)
        tls = ("--ssl-certificate", str(folder / "chain.pem"), "--ssl-keyfile", str(folder / "key.pem"))
        with web_up(folder, port, "--workers", "1", *tls) as web:
            known = f"https://localhost:{port}/org/none/.well-known/openid-configuration"
            _wait(web, known, context, folder / "web.log")
            yield web, f"https://localhost:{port}/org/bench", context


def _prepared(folder: Path) -> ssl.SSLContext:
    """The tables, and a certificate in ``folder``; who trusts it."""
    import django

    django.setup()
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from django.core.management import call_command

    from tests.builders.certificates import authority, leaf

    call_command("migrate", verbosity=0)
    root = authority("Bench")
    issued = leaf("localhost", signer=root)
    (folder / "chain.pem").write_bytes(issued.pem)
    (folder / "key.pem").write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "root.pem").write_bytes(root.pem)
    return ssl.create_default_context(cafile=str(folder / "root.pem"))


def _wait(process: subprocess.Popen[bytes], address: str, context: ssl.SSLContext, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text()[-2000:])
        try:
            httpx.get(address, verify=context, timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("The web process does not answer.")


if __name__ == "__main__":
    sys.exit(main())
