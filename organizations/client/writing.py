"""Writing rows. What is written here may be repeated after a lost answer, because its id is chosen before it is sent.

The one exception is a write on condition of an ETag: a second try would meet the first one's change. It is sent once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from organizations.client.exchange import SLOW
from organizations.client.paths import by_key, of_type
from organizations.client.session import Session
from organizations.errors import OrganizationRefused

CHUNK = 500
DUPLICATE = frozenset({"0x80040237", "0x80060892"})
MISSING = "0x80040217"
PROBLEM_SOLVED = 5  # statuscode of a resolved case
ANY = "*"  # the ETag of whatever version there is

Values = Mapping[str, Any]


class Writing:
    """The writing half of the client."""

    session: Session

    def create(self, entity_set: str, key: str, id: uuid.UUID, values: Values) -> None:
        """Create the row with an id of the caller's choice.

        Args:
            key: the table's primary column, such as ``contactid``.

        Raises:
            OrganizationRefused: ``organizations:row-changed``: there is such a row, and it is not this call's own.
        """
        body = {**values, key: str(id)}
        with _duplicate_after_retry_is_done():
            self.session.send("POST", self.session.url(entity_set), body, repeatable=True)

    def update(self, entity_set: str, id: uuid.UUID, values: Values, *, etag: str = ANY) -> None:
        """Change the named columns of a row that exists.

        Args:
            etag: the version that was read (``@odata.etag``): somebody else's change in between is not overwritten.

        Raises:
            OrganizationRefused: 404, there is no such row; ``organizations:row-changed``: it has another version.
        """
        url, headers = self.session.url(f"{entity_set}({id})"), {"If-Match": etag}
        self.session.send("PATCH", url, values, headers=headers, repeatable=etag == ANY)

    def upsert(self, entity_set: str, id: uuid.UUID, values: Values) -> None:
        """Make the row so: created with this id where it is missing, its named columns changed where it is there."""
        self.session.send("PATCH", self.session.url(f"{entity_set}({id})"), values, repeatable=True)

    def upsert_by_key(self, entity_set: str, key: Values, values: Values) -> None:
        """As :meth:`upsert` by an alternate key, such as ``{"accountnumber": "A-1"}``."""
        self.session.send("PATCH", self.session.url(by_key(entity_set, key)), values, repeatable=True)

    def create_many(
        self, entity_set: str, logical_name: str, key: str, rows: Iterable[tuple[uuid.UUID, Values]]
    ) -> None:
        """Create many rows of one table, 500 at a time, each 500 all or nothing (CreateMultiple).

        Raises:
            OrganizationRefused: ``organizations:row-changed``: one of the ids is taken.
        """
        for chunk in _chunks(rows):
            targets = [{**values, key: str(id), **of_type(logical_name)} for id, values in chunk]
            with _duplicate_after_retry_is_done():
                self._multiple(entity_set, "CreateMultiple", targets)

    def update_many(
        self, entity_set: str, logical_name: str, key: str, rows: Iterable[tuple[uuid.UUID, Values]]
    ) -> None:
        """Change many rows that exist, as :meth:`create_many` (UpdateMultiple)."""
        for chunk in _chunks(rows):
            targets = [{**values, key: str(id), **of_type(logical_name)} for id, values in chunk]
            self._multiple(entity_set, "UpdateMultiple", targets)

    def upsert_many(self, entity_set: str, logical_name: str, rows: Iterable[tuple[uuid.UUID, Values]]) -> None:
        """As :meth:`upsert` for many rows of one table, 500 at a time, each 500 all or nothing (UpsertMultiple).

        Args:
            rows: pairs of id and values.
        """
        for chunk in _chunks(rows):
            targets = [{**values, **of_type(logical_name), "@odata.id": f"{entity_set}({id})"} for id, values in chunk]
            self._multiple(entity_set, "UpsertMultiple", targets)

    def associate(self, entity_set: str, id: uuid.UUID, navigation: str, target_set: str, target_id: uuid.UUID) -> None:
        """Link two rows by a collection-valued navigation property; linked already is done."""
        url = self.session.url(f"{entity_set}({id})/{navigation}/$ref")
        try:
            body = {"@odata.id": f"{self.session.api_url}{target_set}({target_id})"}
            self.session.send("POST", url, body, repeatable=True)
        except OrganizationRefused as refused:
            if refused.service_code.lower() not in DUPLICATE:
                raise

    def disassociate(self, entity_set: str, id: uuid.UUID, navigation: str, target_id: uuid.UUID) -> None:
        """Undo :meth:`associate`; not linked is done."""
        url = self.session.url(f"{entity_set}({id})/{navigation}({target_id})/$ref")
        self._deleted(url, {})

    def close_case(self, id: uuid.UUID, *, subject: str) -> None:
        """Resolve the case as Problem Solved. Only this action may: an update of its state is refused by the platform.

        Raises:
            OrganizationRefused: it is resolved already, among others.
        """
        resolution = {**of_type("incidentresolution"), "subject": subject, "incidentid@odata.bind": f"/incidents({id})"}
        body = {"IncidentResolution": resolution, "Status": PROBLEM_SOLVED}
        self.session.send("POST", self.session.url("CloseIncident"), body)

    def delete(self, entity_set: str, id: uuid.UUID, *, etag: str = "") -> None:
        """Delete the row; gone already is done.

        Args:
            etag: only this version of it.

        Raises:
            OrganizationRefused: ``organizations:row-changed``: it has another version.
        """
        self._deleted(self.session.url(f"{entity_set}({id})"), {"If-Match": etag} if etag else {})

    def _multiple(self, entity_set: str, message: str, targets: list[dict[str, Any]]) -> None:
        url = self.session.url(f"{entity_set}/Microsoft.Dynamics.CRM.{message}")
        self.session.send("POST", url, {"Targets": targets}, limits=SLOW, repeatable=True)

    def _deleted(self, url: str, headers: Mapping[str, str]) -> None:
        try:
            self.session.send("DELETE", url, headers=headers, repeatable=True)
        except OrganizationRefused as refused:
            if refused.service_code.lower() != MISSING:
                raise


class _duplicate_after_retry_is_done:
    """A create that was sent again and meets its own row has been carried out the first time."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, OrganizationRefused):
            return False
        is_duplicate = error.status == 412 or error.service_code.lower() in DUPLICATE
        return is_duplicate and error.attempt > 1


def _chunks(rows: Iterable[tuple[uuid.UUID, Values]]) -> Iterator[list[tuple[uuid.UUID, Values]]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
