"""Every error of the API as ``application/problem+json`` (RFC 9457): the one place where exceptions become answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from core.api.problems import Problem, problem_named
from core.api.serializers import QueryInvalid
from core.errors import InvalidValue, InvalidValues, PortalAdminError, Unavailable

CONTENT_TYPE = "application/problem+json"
QUERY_POINTER = "?"  # a JSON pointer cannot name a query parameter
logger = structlog.get_logger(__name__)


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's exception handler."""
    if isinstance(error, PortalAdminError) and error.http_status < 500:
        return _answer(problem_of(error), headers=_headers(error))
    if isinstance(error, Unavailable):
        logger.warning("unavailable", code=error.code, detail=error.message)
        return _answer(problem_of(error), headers=_headers(error))
    known = _as_api_exception(error)
    if known is not None:
        return _answer(_of_api_exception(known), headers=_headers(known))
    return _unexpected(error)


def problem_of(error: PortalAdminError) -> Problem:
    """An error of ours as a problem, without ``request_id``. Operations show theirs in the same shape."""
    if isinstance(error, InvalidValues) and len(error.errors) == 1:
        return problem_of(error.errors[0])
    problem = problem_named(error.code, error.http_status, error.message)
    if isinstance(error, InvalidValues):
        return {**problem, "errors": [_field_error(one) for one in error.errors]}
    if isinstance(error, InvalidValue):
        return {**problem, "errors": [_field_error(error)]}
    return problem


def _field_error(error: InvalidValue) -> Problem:
    return {"pointer": f"#/{error.field}", "detail": error.message, "code": error.code}


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound("There is nothing here, or you may not know of it.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError("The request is not well formed.")
    return None


class TooLarge(exceptions.APIException):
    """The body is larger than any that the API takes."""

    status_code = 413
    default_detail = "The body is too large."
    default_code = "too-large"


def _of_api_exception(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        problem = problem_named("api:invalid", 400, "There is a problem with the values.")
        root = QUERY_POINTER if isinstance(error, QueryInvalid) else "#/"
        return {**problem, "errors": list(_pointers(error.detail, root))}
    detail = error.detail if isinstance(error.detail, exceptions.ErrorDetail) else None
    code = _code(detail.code if detail is not None and detail.code else error.default_code)
    return problem_named(code, error.status_code, str(detail or error.default_detail))


def _pointers(detail: Any, pointer: str) -> Iterator[Problem]:
    """The library's nested errors as a flat list, with places: ``#/name`` in the body, ``?name`` in the query."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _pointers(inner, pointer if name == "non_field_errors" else _inside(pointer, str(name)))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            is_leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from _pointers(inner, pointer if is_leaf else _inside(pointer, str(position)))
    else:
        where = "#" if pointer == "#/" else pointer
        yield {"pointer": where, "detail": str(detail), "code": _code(getattr(detail, "code", "invalid"))}


def _inside(pointer: str, name: str) -> str:
    escaped = name.replace("~", "~0").replace("/", "~1")
    return f"{pointer}{escaped}" if pointer in ("#/", QUERY_POINTER) else f"{pointer}/{escaped}"


def _code(code: str) -> str:
    return code if ":" in code else f"api:{code.replace('_', '-')}"


def _unexpected(error: Exception) -> Response:
    """Ours to mend: the text goes to the log, the caller gets a reference to it."""
    logger.error("request_broke", exc_info=error)
    return _answer(
        problem_named("api:unexpected", 500, "Something went wrong on our side; the log has it under the request_id.")
    )


def _answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    told = {**problem, "request_id": request_id()}
    return Response(told, status=problem["status"], headers=dict(headers or {}), content_type=CONTENT_TYPE)


def request_id() -> str:
    """The id under which this request is in the log."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4())


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    wait = getattr(error, "wait", None) or getattr(error, "retry_after", None)
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
