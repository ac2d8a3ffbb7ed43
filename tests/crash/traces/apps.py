from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "tests.crash.traces"
    label = "traces"

    def ready(self) -> None:
        from tests.crash.traces import workflow  # noqa: F401 - registers the workflow
