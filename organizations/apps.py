from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from organizations import messages, workflow  # noqa: F401  (register the room's sentences and runs)
