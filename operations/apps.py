from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        from core.metrics import collector_register
        from operations import messages  # noqa: F401 - registers the sentences
        from operations.standing import OperationsCollector

        collector_register(OperationsCollector())
