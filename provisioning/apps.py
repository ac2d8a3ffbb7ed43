from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "provisioning"

    def ready(self) -> None:
        from provisioning import messages, workflow  # noqa: F401  (register the room's sentences and its workflow)
        from provisioning.extending import extend_portal
        from provisioning.resuming import portals_resume
        from solutions.waiting import extender_register, installed_tell

        installed_tell(portals_resume)
        extender_register(extend_portal)
