"""Addresses of a portal. Everything that is not the runtime's own is the site's."""

from __future__ import annotations

from django.urls import path, re_path

from core.health import livez
from websites import services, views
from websites.features.forums.unsubscribing import unsubscribe_by_mail
from websites.visitors import signing_out
from websites.visitors import views as visitors

handler500 = "websites.failing.unhandled"
urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("_assets/theme.css", views.theme, name="theme"),
    path("_assets/icon.svg", views.icon, name="icon"),
    path("_assets/<str:name>", views.stylesheet, name="stylesheet"),
    path("favicon.ico", views.icon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("_services/about", services.about, name="about"),
    path("signin/", visitors.sign_in, name="sign-in"),
    path("signin/callback/", visitors.callback, name="sign-in-callback"),
    path("signin/consent/", visitors.consent, name="sign-in-consent"),
    path("signout/", signing_out.sign_out, name="sign-out"),
    path("signout/callback/", signing_out.signed_out, name="signed-out"),
    path("_unsubscribe/<str:token>/", unsubscribe_by_mail, name="unsubscribe"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    re_path(r"(?s)^.*$", views.page, name="page"),
]
