"""Cases as pages show them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models


class CaseState(models.IntegerChoices):
    """``statecode`` of an incident."""

    ACTIVE = 0, "Active"
    RESOLVED = 1, "Resolved"
    CANCELLED = 2, "Cancelled"


class CaseSort(models.TextChoices):
    """How the list may be sorted; the value is what its address says."""

    NEWEST = "-created", "Newest first"
    OLDEST = "created", "Oldest first"
    TITLE = "title", "Title"
    TITLE_DOWN = "-title", "Title, from the end"
    NUMBER = "number", "Number"
    NUMBER_DOWN = "-number", "Number, from the end"


@dataclass(frozen=True)
class CaseFilters:
    """What the list is asked for. ``state`` None stands for every state."""

    state: CaseState | None = CaseState.ACTIVE
    search: str = ""
    sort: CaseSort = CaseSort.NEWEST
    after: str = ""


@dataclass(frozen=True)
class CaseRow:
    """A line of the list."""

    id: uuid.UUID
    number: str
    title: str
    customer: str
    state: int
    status: str  # the status reason, in the organization's words
    priority: str
    origin: str
    created_at: datetime


@dataclass(frozen=True)
class CasePage:
    """A page of the list. ``next`` is empty on the last one; ``count`` None where it is not known."""

    rows: tuple[CaseRow, ...]
    next: str
    count: int | None


@dataclass(frozen=True)
class Contact:
    """The person a case is about; ``email`` and ``phone`` may be empty."""

    id: uuid.UUID
    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Case:
    """A whole case. ``contact`` is None where it is linked to an account alone."""

    row: CaseRow
    description: str
    contact: Contact | None


class EntryKind(StrEnum):
    """What an entry of the timeline is."""

    NOTE = "note"
    FROM_CUSTOMER = "from_customer"
    TO_CUSTOMER = "to_customer"


@dataclass(frozen=True)
class Entry:
    """Something that was written on a case."""

    kind: EntryKind
    title: str
    text: str
    author: str
    at: datetime
    file_name: str = ""
