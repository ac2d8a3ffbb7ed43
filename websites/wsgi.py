"""The websites process: what visitors of all portals see."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "websites.settings")
_django = get_wsgi_application()

from django.conf import settings  # noqa: E402

from core.metrics import metrics_serve  # noqa: E402 - these need the settings of the line above
from websites.front import Front  # noqa: E402
from websites.tracking import recorder  # noqa: E402

metrics_serve(port=settings.PORTAL_METRICS_PORT)
recorder().start()
application = Front(_django)
