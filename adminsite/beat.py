"""Beat: the clock of the product, which sends a message when something is due. What is due: ``SCHEDULE``.

Run as ``celery -A adminsite.beat:app beat``. It needs the broker, no model and no task: without Celery's Django fixup
none of the rooms is loaded, and it takes a third of the memory.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")

from django.conf import settings

from adminsite.broker import BROKER
from adminsite.heartbeats import SECONDS

# A message that nobody took by the time the next one is due is no longer worth taking: hence ``expires``.
SCHEDULE: dict[str, dict[str, Any]] = {
    "organizations-refresh": {"task": "organizations.refresh", "schedule": 300.0, "options": {"expires": 240}},
    "domains-recheck": {"task": "domains.recheck", "schedule": 60.0, "options": {"expires": 50}},
    "certificates-watch": {"task": "domains.certificates_watch", "schedule": 1800.0, "options": {"expires": 1700}},
    "hub-housekeeping": {"task": "hub.housekeeping", "schedule": 3600.0, "options": {"expires": 3000}},
    "portal-mails": {"task": "websites.mails", "schedule": 20.0, "options": {"expires": 18}},
    "portal-follow": {"task": "websites.follow", "schedule": 30.0, "options": {"expires": 28}},
    "portal-views": {"task": "websites.views", "schedule": 300.0, "options": {"expires": 280}},
    "portal-clear": {"task": "websites.clear", "schedule": 3600.0},
    "analytics-send": {"task": "analytics.send", "schedule": 5.0, "options": {"expires": 4}},
    "analytics-clear": {"task": "analytics.clear", "schedule": 3600.0, "options": {"expires": 3000}},
    "clear-sessions": {"task": "adminsite.clear_sessions", "schedule": crontab(hour="3", minute="17")},
    "clear-answers": {"task": "adminsite.clear_idempotent_answers", "schedule": 3600.0},
}

app = Celery("portal-beat", fixups=[])
app.conf.update(
    BROKER,
    beat_schedule=SCHEDULE,
    beat_schedule_filename=str(settings.PORTAL_HOME / "run" / "beat-schedule"),
    beat_scheduler="adminsite.heartbeats:BeatHeartbeat",
    beat_max_loop_interval=SECONDS,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
)
