"""Addresses of the journey."""

from __future__ import annotations

from django.urls import path

from analytics.journey import framed_views, views

urlpatterns = [
    path("cases/<uuid:organization_id>/<uuid:case_id>/journey/", views.case_journey, name="case-journey"),
    path("instances/<uuid:organization_id>/journey/", views.address, name="journey-address"),
    path("instances/<uuid:organization_id>/journey/withdraw/", views.address_withdraw, name="journey-address-withdraw"),
    path("embed/journey/<str:token>/", framed_views.form, name="journey-form"),
    path("embed/journey/case/<str:token>/", framed_views.journey, name="journey-framed"),
]
