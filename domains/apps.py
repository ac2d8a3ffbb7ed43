from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "domains"

    def ready(self) -> None:
        from domains import messages, names_messages  # noqa: F401  (registers the room's sentences)
        from domains.dns import messages as dns_messages  # noqa: F401
