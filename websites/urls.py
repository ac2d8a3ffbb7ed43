"""Addresses of a portal. Everything that is not the runtime's own is the site's."""

from __future__ import annotations

from django.urls import path, re_path

from core.health import livez
from websites import views

urlpatterns = [
    path("livez", livez),
    path("readyz", views.readyz),
    path("_assets/theme.css", views.theme),
    path("_assets/icon.svg", views.icon),
    path("_assets/<str:name>", views.stylesheet),
    path("favicon.ico", views.icon),
    path("robots.txt", views.robots),
    path("sitemap.xml", views.sitemap),
    re_path(r"(?s)^.*$", views.page),
]
