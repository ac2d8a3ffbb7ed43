"""The words in which a workflow is written: steps, their answers, and the registry of workflows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from core.errors import PortalAdminError
from operations.models import Operation


@dataclass(frozen=True)
class Done:
    """The thing is so. ``output`` is merged into the operation's output; ``message`` is shown beside the step."""

    output: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    skipped: bool = False  # it was so already; nothing had to be done


@dataclass(frozen=True)
class Wait:
    """The thing is not so yet, and nobody is to blame. ``reason`` is a sentence for people."""

    delay: timedelta
    reason: str


class StepFailed(PortalAdminError):
    """Trying again cannot help until somebody changes something: the run ends as Failed at this step."""

    http_status = 409
    default_code = "operations:step-failed"


@dataclass(frozen=True)
class StepPlan:
    """One planned step: the handler's name, the title people read, and the handler's argument."""

    name: str
    title: str
    argument: str = ""


class StepContext(Protocol):
    """What a step's handler is given."""

    @property
    def operation(self) -> Operation:
        """The run, as it was when the step began. Read only."""

    @property
    def argument(self) -> str:
        """The planned step's argument."""

    @property
    def attempt(self) -> int:
        """1 for the first try."""

    def log(self, message: str) -> None:
        """Write one line for people into the step's log, at once; never a secret."""


Answer = Done | Wait
Handler = Callable[[StepContext], Answer]


@dataclass(frozen=True)
class Retry:
    """How often and how fast a step is tried again after an error that may pass (delays double, with jitter)."""

    attempts: int = 6
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(minutes=2)


@dataclass(frozen=True)
class Workflow:
    """An ordered piece of durable work.

    Args:
        name: stable and public, the operation's ``kind``.
        version: raised when handlers change so that a planned run of the old shape could not go on.
        handlers: by step name; every name that any stored plan uses must stay here.
        finished: moves the resource's row, in the transaction that writes the final status. It must not fail.
        retry: for errors that may pass.
    """

    name: str
    version: int
    handlers: Mapping[str, Handler]
    finished: Callable[[Operation], None]
    retry: Retry = Retry()


_WORKFLOWS: dict[tuple[str, int], Workflow] = {}


def workflow_register(workflow: Workflow) -> None:
    """Make a workflow known to this process; called from its app's ``ready()``.

    An older version may be registered beside the newest, so that runs planned before a deployment go on.
    """
    _WORKFLOWS[workflow.name, workflow.version] = workflow


def workflow_named(name: str) -> Workflow:
    """The newest registered version: the one that new runs are planned for.

    Raises:
        KeyError: no room has registered it.
    """
    versions = [version for known, version in _WORKFLOWS if known == name]
    if not versions:
        raise KeyError(name)
    return _WORKFLOWS[name, max(versions)]


def workflow_version(name: str, version: int) -> Workflow:
    """The version a run was planned for.

    Raises:
        KeyError: this process does not know it.
    """
    return _WORKFLOWS[name, version]


def workflows_known() -> list[str]:
    """``name/version`` of every workflow this process can run on."""
    return [f"{name}/{version}" for name, version in _WORKFLOWS]


def plan_as_json(plan: Sequence[StepPlan]) -> list[dict[str, str]]:
    """The plan as the operation's row keeps it."""
    return [{"name": step.name, "title": step.title, "argument": step.argument} for step in plan]
