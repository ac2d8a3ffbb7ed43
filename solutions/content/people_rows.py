"""Contacts who wrote the samples. The portals of an organization share them, so their ids hang from no website."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from solutions.content.keys import SETS, SHARED, bind, content_id
from solutions.content.samples_reader import Person
from solutions.content.values import ContentRow


def people_rows(people: Iterable[Person]) -> Iterator[ContentRow]:
    """One contact each, without an address: nobody ever writes to them."""
    for person in people:
        values = {"firstname": person.first, "lastname": person.last}
        yield ContentRow(SETS["contact"], "contact", person_id(person.key), values)


def person_id(key: str) -> uuid.UUID:
    return content_id(SHARED, "contact", key)


def person(key: str) -> str:
    """A lookup of the person."""
    return bind("contact", person_id(key))
