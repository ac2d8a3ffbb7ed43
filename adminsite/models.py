"""Ways to prove who one is without a password (tokens for programs, links for people), and what sign-ins remember."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from core.models import TimeStamped


def digest(text: str) -> str:
    """What is stored of a token or link. Plain SHA-256: the text has over 200 random bits, so no salt is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


class ApiToken(TimeStamped):
    """A program's key to the API. Never more than its owner's roles of the moment; scopes limit it further."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    sha256 = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # its first characters, so that a person can tell two apart
    scopes = ArrayField(models.CharField(max_length=40))
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class SignInLink(TimeStamped):
    """A link that signs its account in once, for the first administrator of a new installation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Remembered(models.Model):
    """The table of the cache that all processes share (``CACHES``); only the cache reads and writes it.

    A model, so that it is made by a migration and emptied with every other table.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
