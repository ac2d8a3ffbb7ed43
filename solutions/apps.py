from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    name = "solutions"

    def ready(self) -> None:
        from core.messages import messages_register
        from solutions import workflow  # noqa: F401  (registers the room's workflow)
        from solutions.messages import MESSAGES

        messages_register(MESSAGES)
