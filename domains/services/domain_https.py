"""How long visitors' browsers insist on HTTPS at a custom domain (HSTS, RFC 6797): an administrator's own choice."""

from __future__ import annotations

import uuid

from django.db import transaction

from core.errors import InvalidValue
from core.models import User
from domains.custom import messages
from domains.custom.errors import DomainBusy
from domains.models import CustomDomain, SslBinding
from domains.services.bindings import binding_hsts
from domains.services.custom_domains import domain_for
from domains.states import event_write


def domain_hsts(*, actor: User, portal_id: uuid.UUID, seconds: str) -> None:
    """Tell browsers to insist on HTTPS for so long after each visit. Asking twice is asking once.

    Args:
        seconds: as it was sent; one of ``SslBinding.Hsts``.

    Raises:
        InvalidValue: ``domains:hsts-unknown``: another number, or none.
        DomainBusy: the domain is not active.
        DomainNotFound, NotAllowed, PortalNotFound.
    """
    domain = domain_for(actor=actor, portal_id=portal_id)
    hsts = next((one for one in SslBinding.Hsts if str(one.value) == seconds), None)
    if hsts is None:
        raise InvalidValue(messages.HSTS_UNKNOWN, field="seconds", code="domains:hsts-unknown")
    with transaction.atomic():
        binding = SslBinding.objects.select_for_update(of=("self",)).filter(host=domain.host).first()
        if domain.state != CustomDomain.State.ACTIVE or binding is None:
            raise DomainBusy(messages.NOT_ACTIVE)
        if binding.hsts != hsts:
            binding_hsts(host=domain.host, hsts=hsts)
            code = "hsts" if hsts else "hsts-off"
            event_write(domain_id=domain.pk, code=code, actor=actor, context={"time": hsts.label})
