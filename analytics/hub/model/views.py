"""Views: pictures of the model that a user of a client drew for himself, or for all (the user ``*``)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from analytics.hub.errors import HubError, bad_request
from analytics.hub.events import stamp_told
from analytics.hub.model.definitions import Definition
from analytics.hub.models import Hub, ModelPart

EVERYBODY = "*"


def view_check(hub: Hub, told: Definition) -> None:
    """
    Raises:
        HubError: 400; 409 ``NameTaken``, another user has a view of this name.
    """
    if not isinstance(told.get("definition"), str):
        raise bad_request("InvalidDefinition", "definition is a text.")
    user = told.setdefault("userId", EVERYBODY)
    if not isinstance(user, str) or not 0 < len(user) <= 256:
        raise bad_request("InvalidDefinition", "userId is a text of at most 256 characters.")
    before = ModelPart.objects.filter(hub=hub, kind=ModelPart.Kind.VIEW, name=told["viewName"]).first()
    if before is not None and before.definition["userId"] != user:
        raise HubError(409, "NameTaken", "Another user has a view of this name.")
    told["changed"] = stamp_told(timezone.now())
    told["created"] = before.definition["created"] if before else told["changed"]


def of_user(parts: QuerySet[ModelPart], user: str) -> QuerySet[ModelPart]:
    """Of views those of this user, all where none is named; other parts belong to nobody."""
    return parts.filter(~Q(kind=ModelPart.Kind.VIEW) | Q(definition__userId=user)) if user else parts
