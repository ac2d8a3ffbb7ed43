"""The web process: administration center, API, embedded organization."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")
application = get_wsgi_application()

from adminsite.metrics import metrics_start  # noqa: E402 - it reads models, so the apps come first

metrics_start()
