"""Certificates: uploading, looking, replacing, going back, deleting. A private key never leaves."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint, ListEndpoint
from core.api.idempotency import idempotent
from core.api.paging import PageQuery
from core.api.serializers import StrictSerializer
from domains.certificates.errors import CertificateRefused
from domains.models import Certificate
from domains.names import host_parse
from domains.services.certificate_changes import certificate_delete, certificate_replace, certificate_roll_back
from domains.services.certificates import certificate_for, certificate_upload
from organizations.models import Organization
from organizations.policy import Action, organizations_for, require


class CertificateWarningSerializer(serializers.Serializer[Any]):
    """Something to know about a certificate that does not stop its use."""

    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate, never its key."""

    organization = serializers.UUIDField(source="organization_id", read_only=True)
    replaced_by = serializers.UUIDField(source="replaced_by_id", read_only=True, allow_null=True)
    names = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="DNS names as A-labels.")
    thumbprint = serializers.CharField(read_only=True, help_text="SHA-1 of the certificate, hex.")
    fingerprint = serializers.CharField(read_only=True, help_text="SHA-256 of the certificate, hex.")
    warnings = CertificateWarningSerializer(many=True, read_only=True)

    class Meta:
        model = Certificate
        fields = (
            "id",
            "organization",
            "subject",
            "issuer",
            "names",
            "not_before",
            "not_after",
            "key_type",
            "thumbprint",
            "fingerprint",
            "warnings",
            "replaced_by",
            "created_at",
        )
        read_only_fields = fields


class PfxSerializer(StrictSerializer):
    """A ``.pfx`` and its password."""

    file = serializers.FileField(
        required=False, allow_empty_file=True, help_text="The .pfx file (PKCS #12), at most 1 MB."
    )
    password = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, max_length=1024, default="", help_text="Of the file."
    )


class CertificateUploadSerializer(PfxSerializer):
    """The same, for an organization and, where that is known, for a host name."""

    organization = serializers.UUIDField(
        required=False, help_text="May be left out by whoever manages certificates of one organization only."
    )
    hostname = serializers.CharField(
        required=False, max_length=400, help_text="A host name that the certificate must cover."
    )


class CertificateQuery(PageQuery):
    """The filters of the list."""

    organization = serializers.UUIDField(required=False, help_text="The organization's id.")


class CertificatesEndpoint(ListEndpoint):
    """The certificates of the caller's organizations."""

    noun = "certificates"
    query = CertificateQuery
    serializer_class = CertificateSerializer
    parser_classes = (MultiPartParser, FormParser)

    @extend_schema(operation_id="certificates_list")
    def get(self, request: Request) -> Response:
        rows = Certificate.objects.visible_to(self.actor).usable()
        if "organization" in self.asked:
            rows = rows.filter(organization_id=self.asked["organization"])
        return self.page(rows)

    @extend_schema(
        operation_id="certificates_upload",
        request={"multipart/form-data": CertificateUploadSerializer},
        responses={201: CertificateSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = self.body(CertificateUploadSerializer)
        made = certificate_upload(
            actor=self.actor,
            organization=self._organization(asked.get("organization")),
            data=_bytes(asked),
            password=asked["password"],
            host=host_parse(asked["hostname"]).a_label if "hostname" in asked else None,
        )
        return Response(CertificateSerializer(made).data, status=201)

    def _organization(self, asked: uuid.UUID | None) -> Organization:
        """The one that was named, else the only one there can be.

        Raises:
            NotAllowed: by the service, for one of others.
            CertificateRefused: none was named and there are several.
        """
        if asked is not None:
            found = Organization.objects.filter(pk=asked).first()
            if found is not None:
                return found
        else:
            mine = list(organizations_for(self.actor, Action.CERTIFICATE_MANAGE)[:2])
            if len(mine) == 1:
                return mine[0]
            if not mine:
                require(self.actor, Action.CERTIFICATE_MANAGE)
        raise CertificateRefused.without("organization", "certificates:organization-missing")


class CertificateEndpoint(Endpoint):
    """One certificate."""

    noun = "certificates"
    serializer_class = CertificateSerializer

    @extend_schema(operation_id="certificates_get")
    def get(self, request: Request, certificate_id: uuid.UUID) -> Response:
        found = certificate_for(actor=self.actor, certificate_id=certificate_id, action=Action.CERTIFICATE_VIEW)
        return Response(CertificateSerializer(found).data)

    @extend_schema(operation_id="certificates_delete", responses={204: None})
    def delete(self, request: Request, certificate_id: uuid.UUID) -> Response:
        found = certificate_for(actor=self.actor, certificate_id=certificate_id, action=Action.CERTIFICATE_MANAGE)
        certificate_delete(actor=self.actor, certificate=found)
        return Response(status=204)


class CertificateReplaceEndpoint(Endpoint):
    """A renewed certificate in the place of another, for all hosts that use it."""

    noun = "certificates"
    serializer_class = CertificateSerializer
    parser_classes = (MultiPartParser, FormParser)

    @extend_schema(
        operation_id="certificates_replace",
        request={"multipart/form-data": PfxSerializer},
        responses={201: CertificateSerializer},
    )
    @idempotent
    def post(self, request: Request, certificate_id: uuid.UUID) -> Response:
        old = certificate_for(actor=self.actor, certificate_id=certificate_id, action=Action.CERTIFICATE_MANAGE)
        asked = self.body(PfxSerializer)
        new = certificate_replace(actor=self.actor, certificate=old, data=_bytes(asked), password=asked["password"])
        return Response(CertificateSerializer(new).data, status=201)


class CertificateRollBackEndpoint(Endpoint):
    """Back to what a certificate has replaced."""

    noun = "certificates"
    serializer_class = CertificateSerializer

    @extend_schema(operation_id="certificates_roll_back", request=None, responses={200: CertificateSerializer})
    @idempotent
    def post(self, request: Request, certificate_id: uuid.UUID) -> Response:
        new = certificate_for(actor=self.actor, certificate_id=certificate_id, action=Action.CERTIFICATE_MANAGE)
        return Response(CertificateSerializer(certificate_roll_back(actor=self.actor, certificate=new)).data)


def _bytes(asked: dict[str, Any]) -> bytes:
    """What was sent.

    Raises:
        CertificateRefused: nothing.
    """
    file: UploadedFile[Any] | None = asked.get("file")
    if file is None:
        raise CertificateRefused.without("file", "certificates:file-missing")
    return bytes(file.read())
