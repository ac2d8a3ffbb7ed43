"""Answering calls to a hub. No session, no cookie, no CSRF token: the shared access signature is all."""

from __future__ import annotations

import json
import logging

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from analytics.hub.call import call_of
from analytics.hub.errors import HubError
from analytics.hub.refusing import UNAUTHORIZED
from analytics.hub.reply import Reply
from analytics.hub.routes import call_answer

logger = logging.getLogger(__name__)
MOST_DRAINED = 64 * 1024 * 1024  # what the edge lets through
DRAINED_AT_ONCE = 256 * 1024


@csrf_exempt
def hub(request: HttpRequest, name: str, path: str = "") -> HttpResponse:
    """Every call to a hub. Whatever goes wrong is answered in OData's envelope."""
    try:
        return _response(call_answer(call_of(request, name, path)))
    except HubError as error:
        return _error(request, error)
    except (OperationalError, InterfaceError):
        connection_tidy()  # the next request of this thread begins with one that works
        logger.warning("The hub %s cannot reach its database.", name)
        message = "The hub cannot store anything at this moment. Nothing of this request was stored; send it again."
        return _error(request, HubError(503, "ServiceUnavailable", message, headers={"Retry-After": "5"}))
    except Exception:
        logger.exception("The hub %s failed unexpectedly.", name)
        message = "An unexpected error occurred. Send the request again later."
        return _error(request, HubError(500, "InternalError", message))


def connection_tidy() -> None:
    """Let go of a connection that broke or is too old, unless somebody's transaction is open on it."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _response(reply: Reply) -> HttpResponse:
    content = reply.content if reply.json is None else json.dumps(reply.json, ensure_ascii=False).encode()
    response = HttpResponse(content, status=reply.status, content_type=reply.content_type)
    if not content:
        del response["Content-Type"]
    for name, value in reply.headers.items():
        response[name] = value
    UNAUTHORIZED.flush()
    return _stamped(response)


def _drain(request: HttpRequest) -> None:
    """Read what is left of the body: an edge in front takes an answer that comes before it for a broken connection, and
    the sender would never learn that its key is wrong, or its body too large."""
    left = MOST_DRAINED
    try:
        while left > 0 and (piece := request.read(min(left, DRAINED_AT_ONCE))):
            left -= len(piece)
    except OSError:
        logger.info("A sender went away before its answer.")


def _error(request: HttpRequest, error: HubError) -> HttpResponse:
    _drain(request)
    return _response(Reply(error.status, error.body(), headers=error.headers))


def _stamped(response: HttpResponse) -> HttpResponse:
    response["OData-Version"] = "4.0"
    response["Cache-Control"] = "no-store"
    return response
