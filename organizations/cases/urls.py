"""Addresses under ``/cases/``, but for the case itself: whoever mounts it says what is shown in its slot."""

from __future__ import annotations

from django.urls import path

from organizations.cases import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("<uuid:organization_id>/", views.organization_cases, name="organization-cases"),
]
