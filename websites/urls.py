"""Addresses of a portal. Everything that is not the runtime's own is the site's."""

from __future__ import annotations

from django.urls import path, re_path

from core.health import livez
from websites import views

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("_assets/theme.css", views.theme, name="theme"),
    path("_assets/icon.svg", views.icon, name="icon"),
    path("_assets/<str:name>", views.stylesheet, name="stylesheet"),
    path("favicon.ico", views.icon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    re_path(r"(?s)^.*$", views.page, name="page"),
]
