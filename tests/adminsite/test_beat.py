"""Beat's own Celery application: what it asks for is known to the workers, and it leaves Django's rooms alone."""

from __future__ import annotations

import subprocess
import sys

from adminsite.beat import SCHEDULE
from adminsite.celery import app as workers
from tests.builders.stack import CHECKOUT

LOADED = "import sys, adminsite.beat; print(*sorted({name.split('.')[0] for name in sys.modules if 'models' in name}))"


def test_everything_on_the_schedule_is_a_task_of_the_workers() -> None:
    workers.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(workers.tasks)


def test_beat_loads_no_room_of_the_product() -> None:
    command = [sys.executable, "-c", LOADED]
    rooms = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"organizations", "portals", "domains", "analytics", "websites", "solutions"} & set(rooms)
