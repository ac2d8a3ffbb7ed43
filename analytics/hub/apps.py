from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "analytics.hub"
    label = "hub"
