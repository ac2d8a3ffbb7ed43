"""The web process: administration center, API, embedded organization."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")
application = get_wsgi_application()
