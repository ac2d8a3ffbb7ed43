"""Re-sealing every stored secret with the keyring's first key, so that an old key can be retired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from core.sealed import SealBroken, secret_is_current, secret_open, secret_seal

SEALED = re.compile(r"v1:[^:]+:[A-Za-z0-9+/]+=*")


@dataclass(frozen=True)
class Rotation:
    """How many secrets were sealed anew, were current already, and which rows do not open."""

    resealed: int
    current: int
    broken: tuple[str, ...]


def secrets_rotate() -> Rotation:
    """Re-seal what was not sealed with the first key. May run while the system works, and again after a stop."""
    resealed = current = 0
    broken: list[str] = []
    for row, field in _sealed_values():
        if secret_is_current(getattr(row, field)):
            current += 1
            continue
        try:
            resealed += _reseal(row, field)
        except SealBroken as wrong:
            broken.append(wrong.message)
    return Rotation(resealed, current, tuple(broken))


def _reseal(row: models.Model, field: str) -> int:
    """Guarded by the old value, so a secret that somebody changes at this moment is not put back."""
    old, owner = getattr(row, field), row.seal_row  # type: ignore[attr-defined]
    fresh = secret_seal(secret_open(old, row=owner), row=owner)
    return type(row)._default_manager.filter(pk=row.pk, **{field: old}).update(**{field: fresh})


def _sealed_values() -> Iterator[tuple[models.Model, str]]:
    """Every sealed value there is: models whose secrets are sealed say for which row (``seal_row``)."""
    for model in apps.get_models():
        if not hasattr(model, "seal_row"):
            continue
        texts = [
            field.name for field in model._meta.get_fields() if isinstance(field, models.CharField | models.TextField)
        ]
        for row in model._default_manager.iterator():
            yield from ((row, name) for name in texts if SEALED.fullmatch(getattr(row, name) or ""))
