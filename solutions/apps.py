from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    name = "solutions"

    def ready(self) -> None:
        from core.messages import messages_register
        from solutions.messages import MESSAGES

        messages_register(MESSAGES)
