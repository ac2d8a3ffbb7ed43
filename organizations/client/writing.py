"""Writing rows. Every write here may be repeated after a lost answer, because its id is chosen before it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from organizations.client.exchange import SLOW
from organizations.client.session import Session
from organizations.errors import OrganizationRefused

CHUNK = 500
DUPLICATE = frozenset({"0x80040237", "0x80060892"})


class Writing:
    """The writing half of the client."""

    session: Session

    def upsert(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any]) -> None:
        """Make the row so: created with this id where it is missing, its named columns changed where it is there."""
        self.session.send("PATCH", self.session.url(f"{entity_set}({id})"), values, repeatable=True)

    def upsert_many(
        self, entity_set: str, logical_name: str, rows: Iterable[tuple[uuid.UUID, Mapping[str, Any]]]
    ) -> None:
        """As :meth:`upsert` for many rows of one table, 500 at a time, each 500 all or nothing (UpsertMultiple).

        Args:
            rows: pairs of id and values.
        """
        url = self.session.url(f"{entity_set}/Microsoft.Dynamics.CRM.UpsertMultiple")
        for chunk in _chunks(rows):
            targets = [
                {
                    **values,
                    "@odata.type": f"Microsoft.Dynamics.CRM.{logical_name}",
                    "@odata.id": f"{entity_set}({id})",
                }
                for id, values in chunk
            ]
            self.session.send("POST", url, {"Targets": targets}, limits=SLOW, repeatable=True)

    def associate(self, entity_set: str, id: uuid.UUID, navigation: str, target_set: str, target_id: uuid.UUID) -> None:
        """Link two rows by a collection-valued navigation property; linked already is done."""
        url = self.session.url(f"{entity_set}({id})/{navigation}/$ref")
        try:
            body = {"@odata.id": f"{self.session.api_url}{target_set}({target_id})"}
            self.session.send("POST", url, body, repeatable=True)
        except OrganizationRefused as refused:
            if refused.service_code.lower() not in DUPLICATE:
                raise

    def delete(self, entity_set: str, id: uuid.UUID) -> None:
        """Delete the row; gone already is done."""
        try:
            self.session.send("DELETE", self.session.url(f"{entity_set}({id})"), repeatable=True)
        except OrganizationRefused as refused:
            if refused.service_code.lower() != "0x80040217":
                raise


def _chunks(
    rows: Iterable[tuple[uuid.UUID, Mapping[str, Any]]],
) -> Iterator[list[tuple[uuid.UUID, Mapping[str, Any]]]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
