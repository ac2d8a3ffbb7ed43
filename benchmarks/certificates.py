"""How long judging an uploaded file takes, through the API of the real product, and what /livez does meanwhile.

Every kind of file is uploaded by several people at once: sound ones, wrong passwords, other files, a megabyte of noise,
and files whose iteration counts would keep a processor busy for hours. Targets: each judged in <= 5 s, a bomb in < 1 s,
/livez <= 200 ms.
"""

from __future__ import annotations

import os
import ssl
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from benchmarks.product import Product, product_up

UPLOADS = int(os.environ.get("BENCH_UPLOADS", "12"))  # of each kind
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "4"))
PAUSE = 0.02  # seconds between two looks at /livez


def main() -> None:
    with product_up() as product:
        os.environ["PORTAL_HOME"] = str(product.home)
        files = _files()
        token = product.run("createtoken", "jay@contoso.example")
        quiet = _livez_during(product, lambda: time.sleep(3))
        print(f"{UPLOADS} uploads of each kind by {PEOPLE} at once; load average {os.getloadavg()[0]:.1f}")
        print(f"{'/livez, nothing else':36}{_told(quiet)}")
        for name, (data, password, target) in files.items():
            _kind(product, token, name, data, password, target)


def _kind(product: Product, token: str, name: str, data: bytes, password: str, target: float) -> None:
    took: list[float] = []
    answers: list[str] = []

    def one(_: int) -> None:
        began = time.perf_counter()
        answer = _upload(product, token, data, password)
        took.append(time.perf_counter() - began)
        answers.append("taken" if answer.status_code == 201 else str(answer.json()["code"]))

    def all_of_them() -> None:
        with ThreadPoolExecutor(PEOPLE) as people:
            list(people.map(one, range(UPLOADS)))

    beside = _livez_during(product, all_of_them)
    print(f"{name:36}{_told(took)}   target <= {target:g} s   {', '.join(sorted(set(answers)))}")
    print(f"{'  /livez meanwhile':36}{_told(beside)}   target <= 0.2 s")


def _livez_during(product: Product, work: Callable[[], None]) -> list[float]:
    """Seconds that /livez took, again and again, while ``work`` went on."""
    seen: list[float] = []
    stopped = threading.Event()

    def look() -> None:
        with _client(product) as client:
            while not stopped.is_set():
                began = time.perf_counter()
                client.get("/livez", headers={"Host": f"localhost:{product.https_port}"}, extensions=_SNI)
                seen.append(time.perf_counter() - began)
                time.sleep(PAUSE)

    thread = threading.Thread(target=look)
    thread.start()
    work()
    stopped.set()
    thread.join()
    return seen


_SNI = {"sni_hostname": "localhost"}


def _client(product: Product) -> httpx.Client:
    trusting = ssl.create_default_context(cafile=str(product.home / "ca" / "root.crt"))
    return httpx.Client(base_url=f"https://127.0.0.1:{product.https_port}", verify=trusting, timeout=60)


def _upload(product: Product, token: str, data: bytes, password: str) -> httpx.Response:
    headers = {"Host": f"localhost:{product.https_port}", "Authorization": f"Bearer {token}"}
    with _client(product) as client:
        return client.post(
            "/api/v1/certificates/",
            headers=headers,
            files={"file": ("bench.pfx", data)},
            data={"password": password},
            extensions=_SNI,
        )


def _files() -> dict[str, tuple[bytes, str, float]]:
    """Name: bytes, password, target in seconds."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")
    django.setup()
    from cryptography.hazmat.primitives.asymmetric import rsa

    from tests.builders.certificates import PASSWORD, intermediate, leaf, pfx, root
    from tests.builders.odd_pfx import mac_rounds, pbmac1

    issued = leaf("bench.example.test")
    sound = pfx(issued)
    usual = pfx(leaf("bench.example.test", key=rsa.generate_private_key(65537, 4096)))
    large = pfx(leaf("bench.example.test", key=rsa.generate_private_key(65537, 8192)))
    many = pfx(issued, chain=[*[leaf(f"h{n}.example.test").certificate for n in range(50)], intermediate().certificate])
    return {
        "sound, P-256": (sound, PASSWORD, 5),
        "sound, RSA 4096": (usual, PASSWORD, 5),
        "sound, RSA 8192": (large, PASSWORD, 5),
        "51 certificates": (many, PASSWORD, 5),
        "wrong password": (sound, "wrong", 5),
        "PEM": (root().pem, "", 5),
        "a megabyte of noise": (b"\x30" + os.urandom(1024 * 1024 - 1), "", 5),
        "a megabyte of nested sequences": (b"\x30\x80" * (512 * 1024), "", 5),
        "2^31-1 rounds in the MAC": (mac_rounds(sound, 2**31 - 1), PASSWORD, 1),
        "2^31-1 rounds in PBMAC1": (pbmac1(issued, rounds=2**31 - 1), PASSWORD, 1),
        "600,000 rounds, honest": (pbmac1(issued, rounds=600_000), PASSWORD, 5),
    }


def _told(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered):7.3f} s   max {ordered[-1]:7.3f} s"


if __name__ == "__main__":
    main()
