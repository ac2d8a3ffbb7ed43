"""The room's fixtures: the client reaches embedded organizations inside this process."""

from collections.abc import Iterator

import pytest

from organizations.embedded import inprocess


@pytest.fixture
def in_process() -> Iterator[None]:
    with inprocess.in_process():
        yield
