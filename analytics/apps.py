from django.apps import AppConfig, apps


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics import messages  # noqa: F401  (registers the room's sentences)

        if apps.is_installed("provisioning"):  # the portal runtime runs no work and counts nothing that waits
            self._work()

    def _work(self) -> None:
        from analytics import workflow  # noqa: F401  (registers the room's runs)
        from analytics.metrics import InteractionsCollector
        from core.metrics import collector_register

        collector_register(InteractionsCollector())
