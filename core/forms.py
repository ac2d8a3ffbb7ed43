"""Forms whose values a service decides about: its refusals become errors beside the fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms

from core.errors import Conflict, InvalidValue, InvalidValues, PortalAdminError, Unavailable

T = TypeVar("T")


class ServiceForm(forms.Form):
    """Shape is the form's, truth is the service's.

    ``status`` is the HTTP status of the page that shows the form again: 200 where nothing was refused.
    """

    status = 200
    is_decided_by_service = True  # fields that may be left out here are not called optional

    def decide(self, service: Callable[[], T]) -> T | None:
        """Call the service; None where it refused, with what it said beside the fields or over the form.

        Raises:
            PortalAdminError: of a family that a form cannot show, such as NotAllowed.
        """
        try:
            return service()
        except InvalidValues as refused:
            for error in refused.errors:
                self.refuse(error.field, error)
        except InvalidValue as refused:
            self.refuse(refused.field, refused)
        except (Conflict, Unavailable) as refused:
            self.refuse(None, refused)
        return None

    def refuse(self, field: str | None, error: PortalAdminError) -> None:
        """Show an error beside ``field``; over the form where it has no such field."""
        self.status = max(self.status, error.http_status)
        self.add_error(field if field in self.fields else None, forms.ValidationError(error.message, code=error.code))
