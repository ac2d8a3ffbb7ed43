"""The API's addresses, the schema and its page, the health checks and the one-time sign-in link."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from adminsite.api.docs import ApiDocsView
from adminsite.api.missing import NoSuchAddress
from adminsite.api.operations import OperationEndpoint, OperationsEndpoint
from adminsite.signin_link import SignInLinkView
from analytics.api import AnalyticsEndpoint
from core.health import livez, readyz
from domains.api.certificates import (
    CertificateEndpoint,
    CertificateReplaceEndpoint,
    CertificateRollBackEndpoint,
    CertificatesEndpoint,
)
from domains.api.custom_domain import CustomDomainCheckEndpoint, CustomDomainEndpoint
from organizations.api import AdministratorsEndpoint, OrganizationEndpoint, OrganizationsEndpoint
from portals.api import LanguagesEndpoint, LicensesEndpoint, SubdomainEndpoint
from provisioning.api import PortalEndpoint, PortalRestartEndpoint, PortalsEndpoint
from solutions.api import (
    CatalogEndpoint,
    SolutionInstallEndpoint,
    SolutionReimportEndpoint,
    SolutionRetryEndpoint,
    SolutionsEndpoint,
    SolutionUninstallEndpoint,
    SolutionUpgradeEndpoint,
    TranslationsUpdateEndpoint,
)

SOLUTION = "organizations/<uuid:organization_id>/solutions/<str:unique_name>/"

v1: list[URLPattern | URLResolver] = [
    path("licenses/", LicensesEndpoint.as_view(), name="licenses"),
    path("organizations/", OrganizationsEndpoint.as_view(), name="organizations"),
    path("organizations/<uuid:organization_id>/", OrganizationEndpoint.as_view(), name="organization"),
    path("organizations/<uuid:organization_id>/languages/", LanguagesEndpoint.as_view(), name="languages"),
    path(
        "organizations/<uuid:organization_id>/administrators/", AdministratorsEndpoint.as_view(), name="administrators"
    ),
    path("organizations/<uuid:organization_id>/solutions/", SolutionsEndpoint.as_view(), name="solutions"),
    path(f"{SOLUTION}install/", SolutionInstallEndpoint.as_view(), name="solution-install"),
    path(f"{SOLUTION}retry/", SolutionRetryEndpoint.as_view(), name="solution-retry"),
    path(f"{SOLUTION}upgrade/", SolutionUpgradeEndpoint.as_view(), name="solution-upgrade"),
    path(f"{SOLUTION}reimport/", SolutionReimportEndpoint.as_view(), name="solution-reimport"),
    path(f"{SOLUTION}uninstall/", SolutionUninstallEndpoint.as_view(), name="solution-uninstall"),
    path("catalog/", CatalogEndpoint.as_view(), name="catalog"),
    path("subdomains/<str:name>/", SubdomainEndpoint.as_view(), name="subdomain"),
    path("certificates/", CertificatesEndpoint.as_view(), name="certificates"),
    path("certificates/<uuid:certificate_id>/", CertificateEndpoint.as_view(), name="certificate"),
    path(
        "certificates/<uuid:certificate_id>/replace/", CertificateReplaceEndpoint.as_view(), name="certificate-replace"
    ),
    path(
        "certificates/<uuid:certificate_id>/roll-back/",
        CertificateRollBackEndpoint.as_view(),
        name="certificate-roll-back",
    ),
    path("portals/", PortalsEndpoint.as_view(), name="portals"),
    path("portals/<uuid:portal_id>/", PortalEndpoint.as_view(), name="portal"),
    path(
        "portals/<uuid:portal_id>/restart-provisioning/", PortalRestartEndpoint.as_view(), name="restart-provisioning"
    ),
    path(
        "portals/<uuid:portal_id>/update-translations/",
        TranslationsUpdateEndpoint.as_view(),
        name="update-translations",
    ),
    path("portals/<uuid:portal_id>/custom-domain/", CustomDomainEndpoint.as_view(), name="custom-domain"),
    path(
        "portals/<uuid:portal_id>/custom-domain/check/", CustomDomainCheckEndpoint.as_view(), name="custom-domain-check"
    ),
    path("portals/<uuid:portal_id>/analytics/", AnalyticsEndpoint.as_view(), name="analytics"),
    path("operations/", OperationsEndpoint.as_view(), name="operations"),
    path("operations/<uuid:operation_id>/", OperationEndpoint.as_view(), name="operation"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("sign-in-link/<str:secret>/", SignInLinkView.as_view(), name="sign-in-link"),
    path("api/v1/", include((v1, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", ApiDocsView.as_view(), name="api-docs"),
    re_path(r"^api/", NoSuchAddress.as_view(), name="api-missing"),
]
