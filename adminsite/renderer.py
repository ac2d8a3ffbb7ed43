"""Every form field of every page looks alike: templates/components/field.html."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class ComponentRenderer(TemplatesSetting):
    """Renders forms with the project's own components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
