"""Addresses of the Solutions tab."""

from __future__ import annotations

from django.urls import path

from solutions import views

INSTANCE = "solutions/<uuid:organization_id>/"

urlpatterns = [
    path("solutions/", views.solutions, name="solutions"),
    path(INSTANCE, views.instance_solutions, name="instance-solutions"),
    path(f"{INSTANCE}live/", views.instance_solutions_live, name="instance-solutions-live"),
    path(f"{INSTANCE}cancel/", views.cancel, name="solutions-cancel"),
    path(f"{INSTANCE}<str:unique_name>/", views.solution, name="solution"),
    path(f"{INSTANCE}<str:unique_name>/live/", views.solution_live, name="solution-live"),
    path(f"{INSTANCE}<str:unique_name>/<str:kind>/", views.plan, name="solution-plan"),
]
