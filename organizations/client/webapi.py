"""The client itself: its parts around one session."""

from __future__ import annotations

import uuid
from types import TracebackType
from typing import Self

from organizations.client.batching import Batching
from organizations.client.describing import Describing
from organizations.client.exchange import Exchange
from organizations.client.importing import Importing
from organizations.client.paging import Paging
from organizations.client.reading import Reading
from organizations.client.session import Session
from organizations.client.shapes import Shaping
from organizations.client.tokens import Credentials
from organizations.client.tracking import Tracking
from organizations.client.writing import Writing


class WebApiClient(Reading, Paging, Writing, Importing, Describing, Shaping, Tracking, Batching):
    """One organization's Web API (:class:`organizations.ports.OrganizationApi`)."""

    def __init__(
        self, credentials: Credentials, *, exchange: Exchange | None = None, caller: uuid.UUID | None = None
    ) -> None:
        self.session = Session(credentials, exchange or Exchange(), caller)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.exchange.close()
