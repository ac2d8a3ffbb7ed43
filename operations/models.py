"""The rows of the engine. The row is the work; a broker message is only a nudge."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import TimeStamped
from operations.querysets import OperationQuerySet


class Operation(TimeStamped):
    """One run of a workflow on one resource, from its start to its one final state."""

    class Status(models.TextChoices):
        NOT_STARTED = "NotStarted", "Not started"
        RUNNING = "Running", "Running"
        SUCCEEDED = "Succeeded", "Succeeded"
        FAILED = "Failed", "Failed"
        CANCELED = "Canceled", "Canceled"

    ACTIVE = (Status.NOT_STARTED, Status.RUNNING)
    FINAL = (Status.SUCCEEDED, Status.FAILED, Status.CANCELED)

    workflow = models.CharField(max_length=80)  # "provision-portal"
    version = models.PositiveIntegerField(default=1)  # of the workflow, when the run was planned
    status = models.CharField(max_length=12, choices=Status, default=Status.NOT_STARTED)

    # The resource the run works on. At most one active run per resource (constraint below).
    resource_type = models.CharField(max_length=40)  # "portal", "solution"
    resource_id = models.UUIDField()
    resource_label = models.CharField(max_length=200, blank=True)
    organization_id = models.UUIDField(null=True, blank=True)  # who may see it; a plain id, the floor above knows it

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    request_id = models.CharField(max_length=64, blank=True)

    # The plan is a snapshot: [{"name", "title", "argument"}], so a deployed change never shifts a running one.
    plan = models.JSONField(default=list)
    input = models.JSONField(default=dict)  # never a secret
    output = models.JSONField(default=dict)  # merged from the steps' answers

    # Where it stands.
    step = models.PositiveIntegerField(default=0)  # position of the next step to do
    attempt = models.PositiveIntegerField(default=0)  # failed tries of that step so far
    step_started_at = models.DateTimeField(null=True, blank=True)
    waiting_for = models.CharField(max_length=300, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)  # {"code", "message", "step", "context"}

    # Who holds it. token fences: every write of a step names the token it was claimed with.
    token = models.BigIntegerField(default=0)
    owner = models.BigIntegerField(null=True, blank=True)  # advisory-lock key of the worker process
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # nobody may claim it before (a Wait, a back-off)
    wake_at = models.DateTimeField(null=True, blank=True)  # when the reconciler looks at it next

    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["resource_type", "resource_id"],
                condition=Q(status__in=["NotStarted", "Running"]),
                name="operations_one_active_per_resource",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["wake_at"],
                condition=Q(status__in=["NotStarted", "Running"]),
                name="operations_due",
            ),
            models.Index(
                fields=["resource_type", "resource_id", "-created_at"],
                name="operations_of_resource",
            ),
            models.Index(fields=["organization_id", "-created_at"], name="operations_of_org"),
            models.Index(fields=["owner"], condition=Q(owner__isnull=False), name="operations_held"),
            models.Index(  # past runs, for typical durations
                fields=["workflow", "-finished_at"], condition=Q(status="Succeeded"), name="operations_past"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} {self.resource_label or self.resource_id}"

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE


class OperationStep(models.Model):
    """One committed step. The unique pair lets the database itself refuse a second commit of a step."""

    class Status(models.TextChoices):
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"
        FAILED = "failed", "Failed"

    # The unique pair below is this key's index too.
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=12, choices=Status, default=Status.DONE)
    token = models.BigIntegerField()
    attempts = models.PositiveIntegerField(default=1)
    message = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["operation", "position"], name="operations_step_committed_once"),
        ]


class OperationEvent(models.Model):
    """What happened, in the order it happened: the audit trail and the progress page's log are the same rows."""

    class Kind(models.TextChoices):
        STARTED = "started", "Started"
        STEP_STARTED = "step_started", "Step started"
        STEP_DONE = "step_done", "Step done"
        LOG = "log", "Log"
        WAITING = "waiting", "Waiting"
        RETRYING = "retrying", "Retrying"
        FAILED = "failed", "Failed"
        SUCCEEDED = "succeeded", "Succeeded"
        CANCEL_REQUESTED = "cancel_requested", "Cancel requested"
        CANCELED = "canceled", "Canceled"

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    position = models.PositiveIntegerField(null=True, blank=True)
    code = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
