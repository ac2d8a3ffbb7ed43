"""A portal's custom domain: one at most. What starts a run answers 202 with the operation."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.endpoints import Endpoint
from core.api.idempotency import idempotent
from core.api.serializers import NothingSerializer, StrictSerializer
from domains.custom import messages
from domains.custom.errors import DomainNotFound
from domains.dns import DnsReport, Verdict
from domains.models import CustomDomain
from domains.services.custom_domains import domain_check, domain_put, domain_remove
from domains.services.drafts import records_for
from operations.api import OperationSerializer, operation_accepted
from organizations.policy import Action
from portals.services import portal_for


class EvidenceSerializer(serializers.Serializer[Any]):
    """One question to one server and what came back."""

    server = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True)
    question = serializers.CharField(read_only=True)
    rcode = serializers.CharField(read_only=True)
    answers = serializers.ListField(child=serializers.CharField(), read_only=True)
    ttl = serializers.IntegerField(read_only=True, allow_null=True)
    milliseconds = serializers.IntegerField(read_only=True)
    error = serializers.CharField(read_only=True)


class RecordSerializer(serializers.Serializer[Any]):
    """A DNS record to create."""

    type = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    value = serializers.CharField(read_only=True)


class DnsSerializer(serializers.Serializer[Any]):
    """What DNS said at the last look. ``verdict`` is null before the first one."""

    verdict = serializers.ChoiceField(Verdict.choices, read_only=True, allow_null=True)
    code = serializers.CharField(read_only=True, help_text="Why it is not right, such as domains:cname-missing.")
    detail = serializers.CharField(read_only=True)
    expected = serializers.CharField(read_only=True)
    found = serializers.CharField(read_only=True)
    is_owner_proved = serializers.BooleanField(read_only=True)
    retry_after = serializers.IntegerField(read_only=True, help_text="Seconds until asking again can help.")
    checked_at = serializers.CharField(read_only=True)
    next_check_at = serializers.DateTimeField(read_only=True, allow_null=True)
    records = RecordSerializer(many=True, read_only=True)
    evidence = EvidenceSerializer(many=True, read_only=True)


class TlsSerializer(serializers.Serializer[Any]):
    """What the edge was seen to serve; null where it was not seen yet."""

    fingerprint = serializers.CharField(read_only=True, allow_null=True)
    names = serializers.ListField(child=serializers.CharField(), read_only=True)
    not_after = serializers.CharField(read_only=True, allow_null=True)
    seen_at = serializers.CharField(read_only=True, allow_null=True)


class CustomDomainSerializer(serializers.Serializer[CustomDomain]):
    """A portal's custom domain."""

    hostname = serializers.CharField(source="host", read_only=True)
    url = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(CustomDomain.State.choices, read_only=True)
    certificate = serializers.UUIDField(source="certificate_id", read_only=True, allow_null=True)
    dns = serializers.SerializerMethodField()
    tls = serializers.SerializerMethodField()
    attention = serializers.ListField(child=serializers.ChoiceField(CustomDomain.Attention.choices), read_only=True)
    redirects_from_base = serializers.BooleanField(read_only=True)
    replaced_by = serializers.SerializerMethodField(help_text="The host name that is to take over, or null.")

    @extend_schema_field(DnsSerializer)
    def get_dns(self, domain: CustomDomain) -> dict[str, Any]:
        return _dns(domain)

    @extend_schema_field(TlsSerializer)
    def get_tls(self, domain: CustomDomain) -> dict[str, Any]:
        facts = domain.tls or {}
        seen = {name: facts.get(name) for name in ("fingerprint", "not_after", "seen_at")}
        return {**seen, "names": facts.get("names", [])}

    def get_replaced_by(self, domain: CustomDomain) -> str | None:
        successor = domain.successors.exclude(state=CustomDomain.State.REMOVED).first()
        return successor.host if successor else None


class CustomDomainPutSerializer(StrictSerializer):
    """What the portal's custom domain is to be."""

    hostname = serializers.CharField(allow_blank=True, max_length=300)
    certificate = serializers.UUIDField(allow_null=True, help_text="A certificate's id; null for an automatic one.")


class CustomDomainEndpoint(Endpoint):
    """The one custom domain of a portal."""

    noun = "domains"
    serializer_class = CustomDomainSerializer

    @extend_schema(operation_id="portals_custom_domain")
    def get(self, request: Request, portal_id: uuid.UUID) -> Response:
        portal = portal_for(actor=self.actor, portal_id=portal_id, action=Action.DOMAIN_VIEW)
        domain = CustomDomain.objects.of_portal(portal.pk).main().select_related("portal").first()
        if domain is None:
            raise DomainNotFound(messages.NOT_FOUND)
        return Response(CustomDomainSerializer(domain).data)

    @extend_schema(
        operation_id="portals_custom_domain_put",
        request=CustomDomainPutSerializer,
        responses={202: OperationSerializer},
    )
    def put(self, request: Request, portal_id: uuid.UUID) -> Response:
        """Add it, change its certificate, or let another name take over without a gap."""
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.DOMAIN_MANAGE)
        asked = self.body(CustomDomainPutSerializer)
        _, operation = domain_put(
            actor=self.actor,
            portal_id=portal_id,
            hostname=asked["hostname"],
            certificate_id=asked["certificate"],
        )
        return operation_accepted(request, operation, location=_address(request, portal_id))

    @extend_schema(operation_id="portals_custom_domain_delete", responses={204: None})
    def delete(self, request: Request, portal_id: uuid.UUID) -> Response:
        """Remove it. Its name stays guarded for 30 days."""
        domain_remove(actor=self.actor, portal_id=portal_id)
        return Response(status=204)


class CustomDomainCheckEndpoint(Endpoint):
    """Look again, now."""

    noun = "domains"
    serializer_class = OperationSerializer

    @extend_schema(
        operation_id="portals_custom_domain_check", request=NothingSerializer, responses={202: OperationSerializer}
    )
    @idempotent
    def post(self, request: Request, portal_id: uuid.UUID) -> Response:
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.DOMAIN_MANAGE)
        self.body(NothingSerializer)
        operation = domain_check(actor=self.actor, portal_id=portal_id)
        return operation_accepted(request, operation, location=_address(request, portal_id))


def _address(request: Request, portal_id: uuid.UUID) -> str:
    return str(reverse("api:custom-domain", args=[portal_id], request=request))


def _detail(report: DnsReport) -> str:
    """What DNS said; where the record is missing, the source document's own sentence stands before it."""
    is_missing = report.reason == "domains:cname-missing"
    return f"{messages.CNAME_MISSING} {report.sentence}" if is_missing else report.sentence


def _dns(domain: CustomDomain) -> dict[str, Any]:
    report = domain.report
    records = records_for(domain.portal, domain.host) if domain.portal else ()
    told: dict[str, Any] = {
        "verdict": report.verdict.value if report else None,
        "code": report.reason if report else "",
        "detail": _detail(report) if report else "",
        "expected": domain.portal.host if domain.portal else "",
        "found": report.found if report else "",
        "is_owner_proved": bool(report and report.is_owner_proved),
        "retry_after": report.retry_after if report else 0,
        "checked_at": report.checked_at if report else "",
        "next_check_at": domain.next_check_at,
    }
    told["records"] = RecordSerializer(records, many=True).data
    told["evidence"] = EvidenceSerializer(report.evidence if report else (), many=True).data
    return told
