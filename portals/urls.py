"""Addresses of licences and portals."""

from __future__ import annotations

from django.urls import path

from portals import views

urlpatterns = [
    path("applications/licences/", views.license_page, name="license-take"),
    path("portals/<uuid:portal_id>/rename/", views.rename, name="portal-rename"),
    path("portals/<uuid:portal_id>/errors/", views.failures, name="portal-failures"),
    path("subdomains/check/", views.subdomain_check, name="subdomain-check"),
]
