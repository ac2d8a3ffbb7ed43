"""Addresses of a portal's analytics."""

from __future__ import annotations

from django.urls import path

from analytics import views

ANALYTICS = "portals/<uuid:portal_id>/analytics/"

urlpatterns = [
    path(ANALYTICS, views.tracking, name="analytics"),
    path(f"{ANALYTICS}configure/", views.configure, name="analytics-configure"),
    path(f"{ANALYTICS}update/", views.update, name="analytics-update"),
    path(f"{ANALYTICS}delete/", views.delete, name="analytics-delete"),
    path(f"{ANALYTICS}test/", views.test, name="analytics-test"),
    path(f"{ANALYTICS}resend/", views.resend, name="analytics-resend"),
    path(f"{ANALYTICS}interactions/<slug:name>/", views.switch, name="analytics-switch"),
    path(f"{ANALYTICS}runs/<uuid:operation_id>/", views.run, name="analytics-run"),
    path(f"{ANALYTICS}runs/<uuid:operation_id>/live/", views.live, name="analytics-run-live"),
]
