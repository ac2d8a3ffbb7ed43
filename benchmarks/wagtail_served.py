"""The peer's page for a server to serve, as the portal's is: ``granian benchmarks.wagtail_served:application``.

``BENCH_DATABASE_URL`` and ``BENCH_HTML`` name an empty database and the page's HTML. Run by the peers' interpreter.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.wagtail_page import page_prepared

page_prepared(
    os.environ["BENCH_DATABASE_URL"],
    Path(os.environ["BENCH_HTML"]).read_text(),
    Path(tempfile.mkdtemp(prefix="portal-bench-")),
)

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 - needs the settings of the line above

application = WSGIHandler()
