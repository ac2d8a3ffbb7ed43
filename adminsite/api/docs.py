"""Swagger UI over the schema, from our own static files: nothing inline, nothing from elsewhere."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView


@method_decorator(csp_update({"img-src": [SELF, "data:"]}), name="dispatch")  # its style sheet carries its icons
class ApiDocsView(SpectacularSwaggerSplitView):
    """``/api/docs/``. Its script comes from ``/api/docs/?script=``, so the page needs no inline script."""

    url_name = "api-schema"
    template_name = "api/docs.html"
