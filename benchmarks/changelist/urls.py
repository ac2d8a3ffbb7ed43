"""The product's addresses, and the changelist at /peer/portals/portal/."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path

from portals.models import Portal


class PortalAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The columns, filters, search and page size of the Applications tab."""

    list_display = ("name", "subdomain", "state", "license_type", "portal_type", "organization")
    list_filter = ("state", "license_type", "portal_type")
    search_fields = ("name", "subdomain")
    list_per_page = 25
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Portal]:
        return super().get_queryset(request).select_related("organization")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True


site = admin.AdminSite(name="admin")
site.has_permission = lambda request: True  # type: ignore[method-assign]
site.register(Portal, PortalAdmin)
urlpatterns = [path("peer/", site.urls), path("", include("adminsite.urls"))]
