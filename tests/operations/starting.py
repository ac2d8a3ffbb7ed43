"""Runs of made-up workflows, started as services start them."""

from __future__ import annotations

from typing import Any

from operations.models import Operation
from operations.services import operation_start
from tests.builders.operations import Shape, resource


def start(shape: Shape, *steps: str, **more: Any) -> Operation:
    return operation_start(
        actor=None, workflow=shape.workflow.name, resource=resource(), plan=shape.plan(*steps), **more
    )
