from django.apps import AppConfig


class PortalsConfig(AppConfig):
    name = "portals"

    def ready(self) -> None:
        from portals import messages  # noqa: F401  (registers the room's sentences)
