"""Addresses under ``/insights/``."""

from __future__ import annotations

from django.urls import path

from analytics.explorer.views import contacts, events, hubs, model

urlpatterns = [
    path("", hubs.hubs, name="hubs"),
    path("new/", hubs.create, name="hub-create"),
    path("hubs/<str:name>/", hubs.overview, name="hub-overview"),
    path("hubs/<str:name>/settings/", hubs.settings, name="hub-settings"),
    path("hubs/<str:name>/events/", events.events, name="hub-events"),
    path("hubs/<str:name>/refused/", events.refused, name="hub-refused"),
    path("hubs/<str:name>/types/", model.types, name="hub-types"),
    path("hubs/<str:name>/types/<str:type_name>/delete/", model.type_delete, name="hub-type-delete"),
    path("hubs/<str:name>/types/<str:type_name>/restore/", model.type_restore, name="hub-type-restore"),
    path("hubs/<str:name>/types/<str:type_name>/link/", model.link, name="hub-link"),
    path("hubs/<str:name>/kpis/", model.kpis, name="hub-kpis"),
    path("hubs/<str:name>/kpis/<str:kpi_name>/delete/", model.kpi_delete, name="hub-kpi-delete"),
    path("hubs/<str:name>/policies/", model.policies_page, name="hub-policies"),
    path("hubs/<str:name>/policies/<str:policy_name>/", model.policy, name="hub-policy"),
    path("hubs/<str:name>/policies/<str:policy_name>/delete/", model.policy_delete, name="hub-policy-delete"),
    path("hubs/<str:name>/policies/<str:policy_name>/regenerate/", model.key_regenerate, name="hub-key-regenerate"),
    path("hubs/<str:name>/contacts/", contacts.contacts, name="hub-contacts"),
    path("hubs/<str:name>/contacts/export/", contacts.export, name="hub-contact-export"),
    path("hubs/<str:name>/contacts/erase/", contacts.erase, name="hub-contact-erase"),
]
