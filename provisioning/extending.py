"""An extension's content for a portal that is live already: the portal gets the option, and what visitors see of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from operations.workflow import Answer, Done, StepContext, StepFailed, Wait
from portals.models import Portal
from portals.services import event_write
from provisioning import messages
from solutions.extension import option_of
from solutions.services import content_ensure_imported


def extend_portal(context: StepContext) -> Answer:
    """Import the content with the option, then let the portal have it; a second time finds both done."""
    portal = Portal.objects.select_related("organization").filter(pk=context.operation.input["portal"]).first()
    option = option_of(context.argument)
    if portal is None or option is None:
        raise StepFailed(messages.PORTAL_GONE, code="provisioning:portal-gone")
    options = list(dict.fromkeys([*portal.options, option.value]))
    answer = content_ensure_imported(
        organization=portal.organization,
        portal_type=portal.portal_type,
        options=options,
        lcid=portal.language,
        website_id=portal.website_id,
        website_name=portal.name,
        host=portal.host,
        log=context.log,
    )
    if isinstance(answer, Wait):
        return answer
    _take(context, portal, options)
    return Done(message=f"{portal.name} has {option.label}.")


@transaction.atomic
def _take(context: StepContext, portal: Portal, options: list[str]) -> None:
    """One guarded UPDATE: another step may have changed the options meanwhile; then this one is tried again."""
    if options == portal.options:
        return
    same = Portal.objects.filter(pk=portal.pk, options=portal.options)
    if not same.update(options=options, content_version=F("content_version") + 1):
        raise RuntimeError(f"The options of {portal.name} changed meanwhile.")
    event_write(portal, context.operation.actor, "portals:changed", changes={"options": [portal.options, options]})
