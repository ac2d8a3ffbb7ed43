"""Settings of the portal runtime: a process of its own, without the administration center's accounts and sessions.

The same PORTAL_* variables as the administration center's, read by the same rules (docs/reference/settings.md).
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from core import environment
from core.logs import logging_config
from core.sealed import keyring_parse

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.Environment(os.environ)

PORTAL_HOME = env.folder("PORTAL_HOME", default=BASE_DIR / "var")

# --- Addresses -------------------------------------------------------------------------------------------------------

PORTAL_HTTPS_PORT = env.port("PORTAL_HTTPS_PORT", default=8443, lowest=1)
PORTAL_HTTP_PORT = env.port("PORTAL_HTTP_PORT", default=8080, lowest=1)
PORTAL_BASE_DOMAIN = env.host("PORTAL_BASE_DOMAIN", default="portals.localhost")
PORTAL_ADMIN_HOST = env.host("PORTAL_ADMIN_HOST", default="localhost")
PORTAL_WEB_ADDRESS = env.addresses("PORTAL_WEB_ADDRESS", default="127.0.0.1:8001")
PORTAL_WEBSITES_ADDRESS = env.addresses("PORTAL_WEBSITES_ADDRESS", default="127.0.0.1:8002")
PORTAL_EDGE_ADDRESS = env.addresses("PORTAL_EDGE_ADDRESS", default=f"127.0.0.1:{PORTAL_HTTPS_PORT}")
PORTAL_METRICS_PORT = env.port("PORTAL_METRICS_PORT", default=0)
PORTAL_TRUST_ROOTS = env.authorities("PORTAL_TRUST_ROOTS")

# --- Secrets: the client secret of an organization is opened here, the probe's signature is checked here -------------

SECRET_KEY = env.secret("PORTAL_SECRET_KEY", home=PORTAL_HOME, bytes_=48)
try:
    PORTAL_KEYRING = keyring_parse(env.keyring("PORTAL_KEYRING", home=PORTAL_HOME))
except ValueError as wrong:
    raise ImproperlyConfigured(
        f"PORTAL_KEYRING cannot be read: {wrong}. It holds id:base64key pairs, comma separated, 32 bytes a key."
    ) from wrong

# --- Django ----------------------------------------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = ["*"]  # websites.hosts knows the hosts; every other is answered with a page that names nobody
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ROOT_URLCONF = "websites.urls"
WSGI_APPLICATION = "websites.wsgi.application"
APPEND_SLASH = False  # websites.site.paths redirects to a page's own address
INSTALLED_APPS = [
    "core",
    "operations",
    "organizations",
    "portals",
    "domains",
    "analytics",
    "websites",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "core.metrics.RequestMetricsMiddleware",
    "core.requests.RequestLogMiddleware",
    "websites.middleware.PortalMiddleware",
]

DATABASES = {"default": env.database("PORTAL_DATABASE_URL", home=PORTAL_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"
# Named for what the rooms below read when they are loaded; the runtime itself sends no message.
BROKER_URL = env.broker("PORTAL_REDIS_URL", home=PORTAL_HOME)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

FILE_UPLOAD_HANDLERS = ["websites.uploads.PortalFileHandler"]  # in memory, so much and no more

# --- Logs and metrics ------------------------------------------------------------------------------------------------

LOGGING = logging_config(
    format=env.text("PORTAL_LOG_FORMAT", default="logfmt"), level=env.text("PORTAL_LOG_LEVEL", default="INFO")
)
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # checked by core.requests
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
if PORTAL_METRICS_PORT:
    # Before anything imports prometheus_client: it looks once, at import.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(PORTAL_HOME / "run" / "metrics"))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
