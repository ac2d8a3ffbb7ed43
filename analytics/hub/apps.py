from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "analytics.hub"
    label = "hub"

    def ready(self) -> None:
        from analytics.hub import messages  # noqa: F401  (registers the room's sentences)
