"""What one process remembers of a sign-in another one finds: the next request may be answered by either."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.db import connection

from adminsite.models import Remembered

WRITES = """
import django; django.setup()
from django.core.cache import cache
cache.set("code", {"sub": "maria"}, timeout=60)
"""


@pytest.mark.django_db(transaction=True)
def test_what_another_process_remembers_is_found_here() -> None:
    database = connection.settings_dict
    where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{where}"
    known = {"DJANGO_SETTINGS_MODULE": "adminsite.settings", "PORTAL_DATABASE_URL": url}
    subprocess.run((sys.executable, "-c", WRITES), check=True, timeout=60, env={**os.environ, **known})

    assert cache.get("code") == {"sub": "maria"}


@pytest.mark.django_db
def test_what_is_over_is_forgotten() -> None:
    cache.set("code", 1, timeout=-1)

    assert cache.get("code") is None
    assert not Remembered.objects.filter(cache_key__endswith="code").exists()
