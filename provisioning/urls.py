"""Addresses of the portal form and of a portal's runs."""

from __future__ import annotations

from django.urls import path

from provisioning.views import changing, runs, setting_up

PORTAL = "portals/<uuid:portal_id>/provisioning/"

urlpatterns = [
    path("applications/<uuid:license_id>/set-up/", setting_up.set_up, name="set-up"),
    path("applications/<uuid:license_id>/set-up/terms/", setting_up.terms, name="terms"),
    path(PORTAL, runs.provisioning, name="provisioning"),
    path(f"{PORTAL}live/", runs.live, name="provisioning-live"),
    path(f"{PORTAL}cancel/", runs.cancel, name="provisioning-cancel"),
    path(f"{PORTAL}restart/", runs.restart, name="provisioning-restart"),
    path(f"{PORTAL}change/", changing.change, name="provisioning-change"),
    path(f"{PORTAL}runs/<uuid:operation_id>/", runs.past_run, name="provisioning-run"),
    path(f"{PORTAL}runs/<uuid:operation_id>/log/", runs.log, name="provisioning-log"),
]
