"""The administration center's addresses. Each room's own are in its urls.py."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from adminsite.directory import views as directory
from adminsite.views import account, applications, errors, portal, styleguide
from domains.views import edge
from organizations.cases import views as cases

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="applications"), name="home"),
    path("applications/", applications.applications, name="applications"),
    path("applications/live/", applications.rows_live, name="applications-live"),
    path("applications/export.csv", applications.export, name="applications-export"),
    path("portals/<uuid:portal_id>/", portal.portal_page, name="portal"),
    path("", include("portals.urls")),
    path("", include("provisioning.urls")),
    path("", include("domains.urls")),
    path("", include("analytics.urls")),
    path("", include("solutions.urls")),
    path("", include("solutions.translations.urls")),
    path("insights/", include("analytics.explorer.urls")),
    path("", include("analytics.journey.urls")),
    path("instances/", include("organizations.urls")),
    path("cases/", include("organizations.cases.urls")),
    path("cases/<uuid:organization_id>/<uuid:case_id>/", cases.case, {"slot": "case-journey"}, name="case"),
    path("org/", include("organizations.embedded.urls")),
    path("hub/", include("analytics.hub.urls")),
    path("account/", account.profile, name="profile"),
    path("accounts/", include("allauth.urls")),
    path("identity/o/authorize", directory.authorize),
    path("", include("allauth.idp.urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("_edge/cert", edge.certificate, name="edge-certificate"),
    path("_edge/ask", edge.ask, name="edge-ask"),
    path("", include("adminsite.api.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/favicon.svg", permanent=True)),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
