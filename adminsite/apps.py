from django.apps import AppConfig


class AdminsiteConfig(AppConfig):
    name = "adminsite"

    def ready(self) -> None:
        from adminsite import (
            celery,  # noqa: F401 - the queue door sends through this application
            checks,  # noqa: F401 - registers the system checks
            metrics,  # noqa: F401 - serves from the worker too
        )
