from django.apps import AppConfig, apps


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from organizations import messages  # noqa: F401  (registers the room's sentences)

        if apps.is_installed("provisioning"):  # the portal runtime runs no work
            from organizations import workflow  # noqa: F401  (registers the room's runs)
