from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "provisioning"

    def ready(self) -> None:
        from provisioning import messages, workflow  # noqa: F401  (register the room's sentences and its workflow)
