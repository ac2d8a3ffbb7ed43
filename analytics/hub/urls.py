"""Addresses below ``/hub/``. The hub takes every path, so no trailing slash is ever added."""

from django.urls import re_path

from analytics.hub.answering import hub

urlpatterns = [
    re_path(r"^(?P<name>[^/]+)/(?P<path>.*)$", hub),
    re_path(r"^(?P<name>[^/]+)$", hub),
]
