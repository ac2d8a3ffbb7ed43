"""The peer: a Wagtail page with the same HTML, its twenty children read from PostgreSQL. Run by the peers' interpreter.

``python wagtail_page.py DATABASE_URL HTML_FILE SECONDS`` prints one line of JSON: pages a second of one thread through
the WSGI application, bytes and queries of a page. The menu is plain text here, which is in Wagtail's favour.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

ITEM = re.compile(r'<li class="list__item">.*?</li>', re.DOTALL)
LOOP = (
    "{% load wagtailcore_tags %}{% for child in page.get_children.live.public.specific %}"
    '<li class="list__item"><a class="list__link" href="{% pageurl child %}">{{ child.title }}</a>'
    '<p>{{ child.search_description }}</p><p class="list__note">{{ child.slug }} · {{ child.locale }} · '
    '<time datetime="{{ child.last_published_at|date:"c" }}">{{ child.last_published_at|date }}</time></p></li>'
    "{% endfor %}"
)


def main() -> None:
    url, html, seconds = sys.argv[1], Path(sys.argv[2]).read_text(), float(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        page_prepared(url, html, Path(folder))
        print(json.dumps(_measured(seconds)))


def page_prepared(url: str, html: str, folder: Path) -> None:
    """Configure Django for the database at ``url`` and put the page into it, where it is not there yet."""
    _template(folder, html)
    _configure(url, str(folder))
    _pages(len(ITEM.findall(html)))


def _template(folder: Path, html: str) -> None:
    items = list(ITEM.finditer(html))
    before, after = html[: items[0].start()], html[items[-1].end() :]
    (folder / "wagtailcore").mkdir()
    text = f"{{% verbatim %}}{before}{{% endverbatim %}}{LOOP}{{% verbatim %}}{after}{{% endverbatim %}}"
    (folder / "wagtailcore" / "page.html").write_text(text)


def _configure(url: str, folder: str) -> None:
    import django
    from django.conf import settings

    parts = urlsplit(url)
    settings.configure(
        DEBUG=False,
        SECRET_KEY="benchmark",
        STATIC_URL="/static/",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="wagtail.urls",
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": parts.username,
                "PASSWORD": parts.password or "",
                "HOST": parts.hostname or "",
                "PORT": parts.port or "",
                "CONN_MAX_AGE": 600,
                "OPTIONS": {"options": "-c search_path=wagtail"},
            }
        },
        INSTALLED_APPS=[
            "wagtail",
            "wagtail.users",
            "wagtail.images",
            "wagtail.documents",
            "wagtail.search",
            "wagtail.admin",
            "taggit",
            "modelcluster",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
        ],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [folder], "APP_DIRS": True}],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        WAGTAIL_SITE_NAME="Benchmark",
        WAGTAILADMIN_BASE_URL="http://localhost",
    )
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS wagtail")
    call_command("migrate", verbosity=0)


def _pages(count: int) -> None:
    from wagtail.models import Page, Site

    if Page.objects.filter(slug="knowledge").exists():
        return
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=Page(title="Knowledge base", slug="knowledge"))
    for number in range(count):
        words = f"What to do when question {number} comes up, step by step."
        home.add_child(
            instance=Page(title=f"Question {number} and its answer", slug=f"q{number}", search_description=words)
        )
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
    )


def _measured(seconds: float) -> dict[str, float]:
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection

    application = WSGIHandler()
    body = _visit(application)
    queries: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *more: (queries.append(sql), run(sql, *more))[1]):
        _visit(application)
    pages, began, spent = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() < began + seconds:
        _visit(application)
        pages += 1
    spent = time.process_time() - spent
    taken = time.perf_counter() - began
    return {"rate": pages / taken, "cpu_ms": spent / pages * 1000, "bytes": len(body), "queries": len(queries)}


def _visit(application: object) -> bytes:
    from django.core import signals
    from django.db import close_old_connections

    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    started: list[str] = []
    body = b"".join(application(environ, lambda status, headers, *_: started.append(status)))  # type: ignore[operator]
    assert started[0].startswith("200"), (started, body[:500])
    return body


if __name__ == "__main__":
    main()
