from django.apps import AppConfig


class JourneyConfig(AppConfig):
    name = "analytics.journey"
    label = "journey"

    def ready(self) -> None:
        from analytics.journey import messages  # noqa: F401  (registers the room's sentences)
