"""Settings, read from top to bottom. Every PORTAL_* variable is named once, here (docs/reference/settings.md).

Each may also be given as ``NAME_FILE``: the path of a file that holds the value. A wrong value stops the start with a
sentence that names the variable, what it holds and what is allowed.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from core import environment
from core.logs import logging_config
from core.sealed import keyring_parse

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.Environment(os.environ)

# --- Where the state of the embedded shape lives ---------------------------------------------------------------------

PORTAL_HOME = env.folder("PORTAL_HOME", default=BASE_DIR / "var")

# --- Addresses -------------------------------------------------------------------------------------------------------

PORTAL_HTTPS_PORT = env.port("PORTAL_HTTPS_PORT", default=8443, lowest=1)
PORTAL_HTTP_PORT = env.port("PORTAL_HTTP_PORT", default=8080, lowest=1)
PORTAL_BASE_DOMAIN = env.host("PORTAL_BASE_DOMAIN", default="portals.localhost")
PORTAL_ADMIN_HOST = env.host("PORTAL_ADMIN_HOST", default="localhost")
# Loopback ports of the processes behind the edge; `manage.py up` chooses them, docker-compose names them.
PORTAL_WEB_ADDRESS = env.addresses("PORTAL_WEB_ADDRESS", default="127.0.0.1:8001")
PORTAL_WEBSITES_ADDRESS = env.addresses("PORTAL_WEBSITES_ADDRESS", default="127.0.0.1:8002")
# Where our own client and probes connect for names under the admin host and the base domain (never resolved).
PORTAL_EDGE_ADDRESS = env.addresses("PORTAL_EDGE_ADDRESS", default=f"127.0.0.1:{PORTAL_HTTPS_PORT}")
# Where the agent keeps the files of custom hosts, and the edge reads them.
EDGE_STORE = PORTAL_HOME / "run" / "edge"
PORTAL_METRICS_PORT = env.port("PORTAL_METRICS_PORT", default=0)  # 0 = off; loopback only

# --- Secrets ---------------------------------------------------------------------------------------------------------

SECRET_KEY = env.secret("PORTAL_SECRET_KEY", home=PORTAL_HOME, bytes_=48)
try:
    PORTAL_KEYRING = keyring_parse(env.keyring("PORTAL_KEYRING", home=PORTAL_HOME))
except ValueError as wrong:
    raise ImproperlyConfigured(
        f"PORTAL_KEYRING cannot be read: {wrong}. It holds id:base64key pairs, comma separated, 32 bytes a key."
    ) from wrong

PORTAL_EDGE_SECRET = env.secret("PORTAL_EDGE_SECRET", home=PORTAL_HOME, bytes_=32)  # by which we know the edge

# --- Django ----------------------------------------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = [PORTAL_ADMIN_HOST, "localhost", "127.0.0.1", "[::1]"]
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [
    f"https://{PORTAL_ADMIN_HOST}:{PORTAL_HTTPS_PORT}",
    f"http://{PORTAL_ADMIN_HOST}:{PORTAL_HTTP_PORT}",
]
ROOT_URLCONF = "adminsite.urls"
WSGI_APPLICATION = "adminsite.wsgi.application"
APPEND_SLASH = True

INSTALLED_APPS = [
    "core",
    "operations",
    "organizations",
    "organizations.embedded",
    "portals",
    "solutions",
    "domains",
    "analytics",
    "analytics.journey",
    "analytics.hub",
    "provisioning",
    "websites",  # for its tables alone: visitors' sessions
    "adminsite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "csp",
    "django_structlog",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "core.requests.RequestLogMiddleware",
    "core.metrics.RequestMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "adminsite.directory.middleware.SignInFormAction",
    "adminsite.cookies.SchemeCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "adminsite.sessions.SessionLimits",
    "adminsite.middleware.TimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "adminsite.middleware.PartsOfPages",
    "adminsite.middleware.ErrorPages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "adminsite.context.shell",
            ],
        },
    }
]

# --- Database and broker ---------------------------------------------------------------------------------------------

PORTAL_DATABASE_URL = env.text("PORTAL_DATABASE_URL", default="")  # empty = embedded, put there by `manage.py up`
PORTAL_REDIS_URL = env.text("PORTAL_REDIS_URL", default="")
DATABASES = {"default": env.database("PORTAL_DATABASE_URL", home=PORTAL_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
BROKER_URL = env.broker("PORTAL_REDIS_URL", home=PORTAL_HOME)
CACHES = {
    # One memory for all processes: the code that a portal's sign-in brings back, how often a password was tried, codes
    # of the second step that are used up. In the database, so that nobody's sign-in needs the broker.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "adminsite_remembered",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What may be found out again by each process: asked for on every page, never by another process.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- Operations ------------------------------------------------------------------------------------------------------

# Whether a worker proves its life by a session advisory lock. 0 behind a pool that gives a session to each transaction
# (pgbouncer in transaction mode): then the lease alone says that a worker is gone.
OPERATIONS_OWNER_LOCK = env.flag("PORTAL_OWNER_LOCK", default=True)
OPERATIONS_LEASE_SECONDS = 60.0  # a claimed run is its worker's for so long; renewed while the worker lives
OPERATIONS_STEP_LIMIT_SECONDS = 240.0  # a step that takes longer is stopped with its process, and tried again
OPERATIONS_GRACE_SECONDS = 10.0  # a message that has not arrived by then is taken for lost

# --- Accounts --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/applications/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "adminsite.accounts.ClosedAccountAdapter"
ACCOUNT_SESSION_REMEMBER = True  # the limits below end a sign-in; closing the browser does not
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the edge
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The visitors' directory (adminsite/directory): this center as OpenID provider of the portals.
IDP_OIDC_ADAPTER = "adminsite.directory.adapter.DirectoryAdapter"
# Who signs out at a portal has said so already. Without a token that names the account signed in here it asks anyway.
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False
PORTAL_DIRECTORY_KEY = env.text("PORTAL_DIRECTORY_KEY", default="")  # PEM; empty = made once under PORTAL_HOME
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Portal Administration Center"
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after: phones' clocks are a little off
USERSESSIONS_TRACK_ACTIVITY = False  # five statements a request; adminsite.sessions notes it once a minute

# Sign-ins (adminsite/sessions.py). Over HTTPS both cookies carry the prefix __Host- and Secure (adminsite/cookies.py).
SESSION_IDLE = 30 * 60  # seconds without opening a page
SESSION_LONGEST = 8 * 60 * 60  # seconds in all
SESSION_COOKIE_AGE = SESSION_LONGEST
SESSION_COOKIE_NAME = "portal_admin_session"
CSRF_COOKIE_NAME = "portal_admin_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "adminsite.views.errors.csrf_refused"
SILENCED_SYSTEM_CHECKS = [
    "security.W012",  # SESSION_COOKIE_SECURE and
    "security.W016",  # CSRF_COOKIE_SECURE: set by adminsite.cookies where the request came over HTTPS
]

# Mail: into files under PORTAL_HOME/mail until PORTAL_EMAIL_URL names a server (smtp+tls://user:password@host:587).
vars().update(env.mail("PORTAL_EMAIL_URL", home=PORTAL_HOME))
DEFAULT_FROM_EMAIL = env.text("PORTAL_EMAIL_FROM", default=f"portals@{PORTAL_ADMIN_HOST}")

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

# --- Files that people send ------------------------------------------------------------------------------------------

FILE_UPLOAD_HANDLERS = ["core.uploads.SmallFileHandler"]  # in memory, one megabyte at most, never on disk

# --- Pages -----------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_HOME / "static"  # filled by `manage.py prepare`
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a folder that is not there yet
STATICFILES_DIRS = [BASE_DIR / "adminsite" / "assets"]
FORM_RENDERER = "adminsite.renderer.ComponentRenderer"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- API -------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["adminsite.api.auth.BearerAuthentication", "adminsite.api.auth.PageSession"],
    "DEFAULT_PERMISSION_CLASSES": ["adminsite.api.auth.IsSignedIn", "adminsite.api.auth.TokenHasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["adminsite.api.throttle.AccountRate"],
    "DEFAULT_PARSER_CLASSES": ["adminsite.api.parsing.SafeJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "adminsite.api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "adminsite.api.errors.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_REQUESTS_A_MINUTE = {"read": 1200, "write": 300}  # of one account, over all web processes
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "Portal Administration Center",
    "DESCRIPTION": "Provision and manage portals. Guide: docs/reference/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "Audience": "portals.catalog.Audience",
        "PortalType": "portals.catalog.PortalType",
        "PortalOption": "portals.catalog.Option",
        "PortalState": "portals.models.Portal.State",
        "PackageInstallStatus": "portals.models.PackageInstallStatus",
        "LicenseType": "portals.models.PortalLicense.Type",
        "LicenseState": "portals.models.PortalLicense.State",
        "SolutionStatus": "solutions.models.SolutionInstall.Status",
        "CustomDomainState": "domains.models.CustomDomain.State",
        "DnsVerdict": "domains.dns.values.Verdict",
        "OperationStatus": "operations.models.Operation.Status",
        "StepStatus": "operations.api.PLANNED_STATUSES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "",
    "TAGS": [
        {"name": name}
        for name in ("licenses", "organizations", "catalog", "subdomains", "portals", "certificates", "operations")
    ],
}

# --- Embedded organization -------------------------------------------------------------------------------------------

ORGANIZATION_JOBS = "thread"  # where its system jobs run: "thread" of the web process, or "inline" in the request

# --- Demo ------------------------------------------------------------------------------------------------------------

PORTAL_DEMO = env.flag("PORTAL_DEMO", default=not PORTAL_DATABASE_URL)
PORTAL_DEMO_PASSWORD = env.text("PORTAL_DEMO_PASSWORD", default="")
PORTAL_DEMO_DNS_PORT = env.port("PORTAL_DEMO_DNS_PORT", default=0)  # 0 = 5354, or a free one where that is taken
DEMO_DNS = env.demo_dns(home=PORTAL_HOME) if PORTAL_DEMO else ()  # answers for the names of its zones alone
PORTAL_TRUST_ROOTS = env.authorities("PORTAL_TRUST_ROOTS")

# --- Custom domains: DNS ---------------------------------------------------------------------------------------------

PORTAL_DNS_RESOLVERS = env.servers("PORTAL_DNS_RESOLVERS")  # recursive ones to ask; empty = the system's
PORTAL_DNS_AUTHORITATIVE = env.servers("PORTAL_DNS_AUTHORITATIVE")  # asked in place of the zones' own name servers
PORTAL_DNS_ALLOW_PRIVATE = env.flag("PORTAL_DNS_ALLOW_PRIVATE", default=False)  # name servers on private addresses
PORTAL_ACME_DIRECTORY = env.address("PORTAL_ACME_DIRECTORY")  # automatic certificates; empty = off
