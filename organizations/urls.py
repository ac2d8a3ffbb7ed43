"""Addresses under ``/instances/``."""

from __future__ import annotations

from django.urls import path

from organizations import views

urlpatterns = [
    path("", views.instances, name="instances"),
    path("<uuid:organization_id>/", views.instance, name="instance"),
    path("<uuid:organization_id>/refresh/", views.refresh, name="instance-refresh"),
]
