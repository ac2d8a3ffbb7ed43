"""A file that was sent with a wrong password, kept until the right one is typed."""

from __future__ import annotations

import base64
from typing import ClassVar

from django.conf import settings
from django.db import models

from core.models import TimeStamped
from core.sealed import secret_open, secret_seal


class CertificateUpload(TimeStamped):
    """Somebody's last ``.pfx`` that was refused, sealed, so that nobody uploads twice. Gone after 24 hours, or sooner:
    with the certificate that is made of it, or with the next file.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file = models.TextField()  # sealed
    file_name = models.CharField(max_length=255)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(file__startswith="v1:"), name="domains_upload_is_sealed"),
        ]

    @property
    def seal_row(self) -> str:
        """For which row its file is sealed."""
        return f"certificate-upload:{self.pk}"

    def file_keep(self, name: str, data: bytes) -> None:
        """Seal a file into the row (unsaved)."""
        self.file = secret_seal(base64.b64encode(data).decode(), row=self.seal_row)
        self.file_name = name[:255]

    def file_kept(self) -> bytes:
        """The file.

        Raises:
            SealBroken: it was changed, or its key is gone.
        """
        return base64.b64decode(secret_open(self.file, row=self.seal_row))
