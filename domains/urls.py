"""Addresses of a portal's custom domain, and of certificates."""

from __future__ import annotations

from django.urls import path

from domains.views import certificates, custom_domain, wizard

CERTIFICATE = "certificates/<uuid:certificate_id>/"
DOMAIN = "portals/<uuid:portal_id>/custom-domain/"

urlpatterns = [
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/upload/", certificates.upload, name="certificate-upload"),
    path(CERTIFICATE, certificates.certificate, name="certificate"),
    path(f"{CERTIFICATE}replace/", certificates.replace, name="certificate-replace"),
    path(f"{CERTIFICATE}roll-back/", certificates.roll_back, name="certificate-roll-back"),
    path(f"{CERTIFICATE}delete/", certificates.delete, name="certificate-delete"),
    path(DOMAIN, custom_domain.custom_domain, name="custom-domain"),
    path(f"{DOMAIN}certificate/", wizard.certificate, name="domain-certificate"),
    path(f"{DOMAIN}host-name/", wizard.host_name, name="domain-host-name"),
    path(f"{DOMAIN}review/", wizard.review, name="domain-review"),
    path(f"{DOMAIN}done/", wizard.done, name="domain-done"),
    path(f"{DOMAIN}live/", wizard.live, name="domain-live"),
    path(f"{DOMAIN}check/", custom_domain.check, name="domain-check"),
    path(f"{DOMAIN}change-certificate/", custom_domain.certificate, name="domain-change-certificate"),
    path(f"{DOMAIN}redirect/", custom_domain.redirect_choose, name="domain-redirect"),
    path(f"{DOMAIN}hsts/", custom_domain.hsts_choose, name="domain-hsts"),
    path(f"{DOMAIN}change-cancel/", custom_domain.change_cancel, name="domain-change-cancel"),
    path(f"{DOMAIN}remove/", custom_domain.remove, name="domain-remove"),
]
