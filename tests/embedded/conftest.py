"""One real edge for the tests of this folder."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.builders.edge import RunningEdge, edge_running, upstream_running


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningEdge, None, None]:
    folder = tmp_path_factory.mktemp("edge")
    with (
        upstream_running("web") as web,
        upstream_running("websites") as websites,
        edge_running(folder, web=web, websites=websites) as running,
    ):
        yield running
