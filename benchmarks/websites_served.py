"""The websites application over rows in memory, for a server to serve: finished pages as visitors get them."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from tests.builders.websites import RowsInMemory, SiteInMemory, runtime_of  # noqa: E402
from websites.front import Front  # noqa: E402
from websites.hosts import PortalAtHost  # noqa: E402
from websites.runtime import Runtime, runtime_use  # noqa: E402

HOST, PATH, ARTICLES = "bench.portals.localhost", "/knowledgebase/", 20


def held() -> Runtime:
    """A runtime with one site: a knowledge base page that lists twenty articles."""
    rows = RowsInMemory()
    site = SiteInMemory(rows)
    for number in range(ARTICLES):
        words = f"What to do when question {number} comes up, step by step."
        site.article(f"KA-{number:03}", f"Question {number} and its answer", description=words)
    site.setting("Knowledge/Page Size", str(ARTICLES))
    made = runtime_of(rows, Path(tempfile.mkdtemp(prefix="portal-bench-")))
    made.hosts.tell(
        HOST,
        PortalAtHost(
            portal_id=uuid.uuid4(),
            organization_id=uuid.UUID(int=1),
            website_id=uuid.UUID(site.id),
            host=HOST,
            portal_type="customer_self_service",
            lcid=1033,
            is_open=True,
        ),
    )
    made.sites.watch()
    return made


runtime_use(held())
handler = WSGIHandler()
application = Front(handler)
