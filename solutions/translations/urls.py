"""Addresses of the metadata translations."""

from __future__ import annotations

from django.urls import path

from solutions.translations import views

urlpatterns = [
    path("portals/<uuid:portal_id>/translations/", views.translations, name="portal-translations"),
    path("portals/<uuid:portal_id>/translations/<uuid:operation_id>/", views.run, name="portal-translations-run"),
    path(
        "portals/<uuid:portal_id>/translations/<uuid:operation_id>/live/",
        views.live,
        name="portal-translations-live",
    ),
]
