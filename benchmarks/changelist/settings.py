"""The product's settings, and Django admin beside it."""

from adminsite.settings import *  # noqa: F403
from adminsite.settings import INSTALLED_APPS as PRODUCT_APPS
from adminsite.settings import MIDDLEWARE as PRODUCT_MIDDLEWARE

INSTALLED_APPS = [*PRODUCT_APPS, "django.contrib.admin"]
MIDDLEWARE = PRODUCT_MIDDLEWARE
ROOT_URLCONF = "benchmarks.changelist.urls"
