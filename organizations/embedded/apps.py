from django.apps import AppConfig


class EmbeddedOrganizationConfig(AppConfig):
    name = "organizations.embedded"
    label = "embedded_organization"
