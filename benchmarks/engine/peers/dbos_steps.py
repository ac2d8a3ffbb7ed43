"""DBOS: ``dbos_steps.py direct|queue DATABASE_URL TRACE_FILE RUNS``, talked to over stdin and stdout (see rows.py)."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS, SetWorkflowID

MODE, URL, TRACE, RUNS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
STEPS, CONCURRENCY, WARM = 6, 4, 20

DBOS(
    config={
        "name": "bench",
        "system_database_url": URL,
        "executor_id": f"bench-{MODE}-{os.getpid()}",
        "application_version": "1",
        "console_log_level": "ERROR",
        "log_level": "ERROR",
    }
)
finished = 0
mutex = threading.Lock()


@DBOS.step()
def step(name: str, position: int) -> None:
    descriptor = os.open(TRACE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(descriptor, f"step {name} {position} {time.time():.3f}\n".encode())
    os.close(descriptor)


@DBOS.workflow()
def workflow(name: str) -> None:
    global finished
    for position in range(STEPS):
        step(name, position)
    with mutex:
        finished += 1


def direct(names: list[str]) -> None:
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(one, names))


def one(name: str) -> None:
    with SetWorkflowID(name):
        workflow(name)


def enqueue(names: list[str]) -> None:
    for name in names:
        with SetWorkflowID(name):
            DBOS.enqueue_workflow("bench", workflow, name)


def wait_for(number: int) -> None:
    while finished < number:
        time.sleep(0.01)


DBOS.launch()
names = [f"{os.getpid()}-{number}" for number in range(RUNS + WARM)]
if MODE == "queue":
    DBOS.register_queue("bench", worker_concurrency=CONCURRENCY, polling_interval_sec=0.05)
    enqueue(names[:WARM])
    wait_for(WARM)
else:
    direct(names[:WARM])

print("ready", flush=True)
sys.stdin.readline()
if MODE == "queue":
    enqueue(names[WARM:])
    print(f"begun {RUNS + WARM - finished}", flush=True)
    wait_for(RUNS + WARM)
else:
    print(f"begun {RUNS}", flush=True)
    direct(names[WARM:])
print("done", flush=True)
sys.stdin.readline()
os._exit(0)
