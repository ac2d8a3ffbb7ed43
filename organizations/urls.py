"""Addresses under ``/instances/``."""

from __future__ import annotations

from django.urls import path

from organizations.views import changing, reading

urlpatterns = [
    path("", reading.instances, name="instances"),
    path("register/", changing.register, name="instance-register"),
    path("<uuid:organization_id>/", reading.instance, name="instance"),
    path("<uuid:organization_id>/live/", reading.instance_live, name="instance-live"),
    path("<uuid:organization_id>/refresh/", changing.refresh, name="instance-refresh"),
    path("<uuid:organization_id>/connection/", reading.connection, name="instance-connection"),
    path("<uuid:organization_id>/credentials/", changing.credentials, name="instance-credentials"),
    path("<uuid:organization_id>/languages/", changing.languages, name="instance-languages"),
    path("<uuid:organization_id>/remove/", changing.remove, name="instance-remove"),
]
