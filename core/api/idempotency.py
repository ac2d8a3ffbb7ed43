"""``Idempotency-Key``: the same POST sent twice is done once, and both get the same answer.

The work and its stored answer are committed together, so a process that dies leaves either both or neither. The row
that says "under way" is committed before, so that a second request that comes meanwhile can be told.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.errors import Conflict, InvalidValue, PortalAdminError
from core.models import IdempotentAnswer, User

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=2)  # longer than any request may take: the process that began it is gone
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Location", "Operation-Location", "Retry-After")

Post = Callable[..., Response]


class KeyReused(PortalAdminError):
    """The key came with another request before."""

    http_status = 422
    default_code = "api:idempotency-key-reused"


def idempotent(post: Post) -> Post:
    """Let a view's ``post`` honour the header ``Idempotency-Key``; without the header nothing changes."""

    @functools.wraps(post)
    def once(view: Endpoint, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(view, request, *args, **kwargs)
        row = _claim(view.actor, _checked(key), _hash_of(request))
        if row.status is not None:
            return _replay(row)
        return _run(view, row, lambda: post(view, request, *args, **kwargs))

    once.is_idempotent = True  # type: ignore[attr-defined]
    return once


def idempotent_answers_purge() -> int:
    """Delete every answer that is older than :data:`KEPT`, of whichever user; how many there were."""
    return IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _claim(user: User, key: str, request_hash: str) -> IdempotentAnswer:
    """The key's row: a new one under way, which is ours to do, or one that has its answer.

    Raises:
        KeyReused: the key came with another request.
        Conflict: the first request with this key is still under way.
    """
    now = timezone.now()
    IdempotentAnswer.objects.filter(user=user, created_at__lt=now - KEPT).delete()
    fresh = IdempotentAnswer(user=user, key=key, request_hash=request_hash, started_at=now)
    IdempotentAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
    row = IdempotentAnswer.objects.get(user=user, key=key)
    if row.request_hash != request_hash:
        raise KeyReused("This Idempotency-Key was used with another request. Use a new key for a new request.")
    if row.pk == fresh.pk or row.status is not None or _taken_over(row):
        return row
    raise Conflict("The first request with this Idempotency-Key is still under way.", code="api:idempotency-running")


def _taken_over(row: IdempotentAnswer) -> bool:
    """Whether the first request was given up and the guarded UPDATE made it ours."""
    now = timezone.now()
    abandoned = IdempotentAnswer.objects.filter(pk=row.pk, status=None, started_at__lt=now - GIVEN_UP)
    if not abandoned.update(started_at=now):
        return False
    row.started_at = now
    return True


def _run(view: Endpoint, row: IdempotentAnswer, post: Callable[[], Response]) -> Response:
    try:
        with transaction.atomic():
            answer = post()
            _store(row, answer)
    except Exception as wrong:
        answer = view.handle_exception(wrong)
        if answer.status_code >= 500:
            _ours(row).delete()  # ours to mend, so the same key may be tried again
        elif _ours(row).exists():
            _store(row, answer)
    return answer


def _store(row: IdempotentAnswer, answer: Response) -> None:
    """Write the answer, if the row is still ours; otherwise the surrounding transaction takes the work back."""
    headers = {name: answer[name] for name in KEPT_HEADERS if answer.has_header(name)}
    body = JSONRenderer().render(answer.data).decode()
    if not _ours(row).update(status=answer.status_code, headers=headers, body=body):
        raise Conflict("Another request with this Idempotency-Key took over.", code="api:idempotency-running")


def _ours(row: IdempotentAnswer) -> QuerySet[IdempotentAnswer]:
    """The row, as long as nobody has taken it over from us: taking over changes when it was started."""
    return IdempotentAnswer.objects.filter(pk=row.pk, status=None, started_at=row.started_at)


def _replay(row: IdempotentAnswer) -> Response:
    status = row.status or 200
    content_type = "application/problem+json" if status >= 400 else None
    body = json.loads(row.body) if row.body else None
    return Response(
        body, status=status, headers={**row.headers, "Idempotency-Replayed": "true"}, content_type=content_type
    )


def _hash_of(request: Request) -> str:
    """Of method, path and the body's meaning: spaces and the order of names make no other request.

    Keyed, because a body may hold a password, which nobody shall guess from the row.
    """
    meaning = json.dumps(request.data, sort_keys=True, default=_file_hash)
    text = f"{request.method} {request.path}\n{meaning}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _file_hash(file: UploadedFile[Any]) -> str:
    """A file of the body, by its bytes."""
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return digest


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise InvalidValue(
            "An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.",
            field="Idempotency-Key",
            code="api:idempotency-key-invalid",
        )
    return key
