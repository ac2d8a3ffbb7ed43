"""The websites process: what visitors of all portals see."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "websites.settings")
_django = get_wsgi_application()

from websites.front import Front  # noqa: E402 - needs the settings of the line above

application = Front(_django)
