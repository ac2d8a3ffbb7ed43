"""The websites process by its own settings: it starts, and knows nothing of the administration center."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SCRIPT = """
import io, json, sys
from websites.wsgi import application
from django.conf import settings

def get(path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "x", "SERVER_PORT": "80",
               "HTTP_HOST": "nobody.example", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
               "wsgi.errors": sys.stderr}
    found = []
    b"".join(application(environ, lambda status, headers, *_: found.append((int(status[:3]), sorted(dict(headers))))))
    return found[0]

loaded = sorted({name.split(".")[0] for name in sys.modules} & {"adminsite", "allauth", "rest_framework", "celery"})
print(json.dumps({"livez": get("/livez"), "readyz": get("/readyz"), "apps": settings.INSTALLED_APPS, "loaded": loaded}))
"""


def test_the_process_starts_alone_and_loads_nothing_of_the_administration_center() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "websites.settings"}
    ran = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert (told["livez"][0], told["readyz"][0]) == (200, 200)
    assert "Set-Cookie" not in told["livez"][1]
    assert "django.contrib.sessions" not in told["apps"]
    assert told["loaded"] == []
