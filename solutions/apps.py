from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    name = "solutions"

    def ready(self) -> None:
        from core.messages import messages_register
        from solutions import workflow  # noqa: F401  (registers the room's workflow)
        from solutions.messages import MESSAGES
        from solutions.translations import workflow as translations_workflow  # noqa: F401

        messages_register(MESSAGES)
