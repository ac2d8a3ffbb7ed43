"""The web process: administration center, API, embedded organization and hub."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")
_django = get_wsgi_application()

from adminsite.front import Front  # noqa: E402 - these read models, so the apps come first
from adminsite.metrics import metrics_start  # noqa: E402

metrics_start()
application = Front(_django)
