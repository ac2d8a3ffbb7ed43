"""The broker as both Celery applications speak to it: the worker's (``celery.py``) and beat's (``beat.py``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from operations import queue

BROKER: dict[str, Any] = {
    "broker_url": settings.BROKER_URL,
    "broker_transport_options": {
        "visibility_timeout": 3600,  # far beyond any step: an earlier one would deliver running work again
        "unacked_restore_interval": 5,  # kombu looks every 10 x 10 s otherwise, whatever the timeout says
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "max_connections": 50,
    },
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_pool_limit": 4,
    "task_default_queue": queue.NAME,
    "task_ignore_result": True,  # results are rows; there is no result backend
    "timezone": "UTC",
}
