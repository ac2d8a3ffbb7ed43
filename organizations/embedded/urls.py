"""Addresses below ``/org/``. The Web API takes every path, so no trailing slash is ever added."""

from django.urls import path, re_path

from organizations.embedded import views

urlpatterns = [
    re_path(r"^(?P<name>[-a-z0-9]+)/api/data/v(?P<version>9\.[012])/(?P<path>.*)$", views.web_api),
    re_path(r"^(?P<name>[-a-z0-9]+)/api/data/v(?P<version>9\.[012])$", views.web_api),
    re_path(r"^(?P<name>[-a-z0-9]+)/api/data/(?P<path>.*)$", views.version_missing),
    path("<slug:name>/.well-known/openid-configuration", views.openid_configuration),
    path("<slug:name>/discovery/v2.0/keys", views.keys),
    path("<slug:name>/oauth2/v2.0/token", views.token),
    path("<slug:name>/_faults", views.fault_switch),
]
