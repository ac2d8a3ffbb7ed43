"""What the engine counts for Prometheus; how many operations stand where is read from their rows."""

from __future__ import annotations

from prometheus_client import Counter

steps_retried = Counter(
    "portal_steps_retried", "Tries of a step that failed and were put off for later.", ["workflow", "step"]
)
