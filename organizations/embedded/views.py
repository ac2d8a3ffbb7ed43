"""The addresses of an embedded organization: Web API, authority, fault switch. No session, no cookie, no CSRF token."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.datastructures import CaseInsensitiveMapping
from django.views.decorators.csrf import csrf_exempt

from organizations.embedded.batch import batch_reply
from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import DataverseError, bad_request, method_wrong, not_served, segment_missing
from organizations.embedded.faults import FaultWrong, fault_add, fault_as_json, faults_apply, faults_clear, faults_exist
from organizations.embedded.models import EmbeddedOrganization, Fault
from organizations.embedded.protection import protected
from organizations.embedded.routes import call_answer
from organizations.embedded.tokens import TokenRefused, discovery, token_check, token_issue

logger = logging.getLogger(__name__)

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
LARGEST_BODY = 64 * 1024 * 1024


@csrf_exempt
def web_api(request: HttpRequest, name: str, version: str, path: str = "") -> HttpResponse:
    """Every call of the Web API. Whatever goes wrong is answered in the platform's envelope."""
    try:
        return _answered(request, name, version, path)
    except DataverseError as error:
        return _error(error, with_details='annotations="*"' in request.headers.get("Prefer", ""))
    except Exception:
        logger.exception("The embedded organization %s failed unexpectedly.", name)
        return _error(DataverseError(500, "0x80040216", "An unexpected error occurred."))


@csrf_exempt
def version_missing(request: HttpRequest, name: str, path: str) -> HttpResponse:
    """A version of the Web API that is not 9.0, 9.1 or 9.2: refused as the API refuses, not with a page."""
    version = path.partition("/")[0]
    return _error(not_served(f"'{version[:40]}' as a version of the Web API"))


def _answered(request: HttpRequest, name: str, version: str, path: str) -> HttpResponse:
    tenant = _tenant(name)
    base_url = _base_url(request, name)
    token_check(tenant, request.headers.get("Authorization", ""), base_url)
    with protected(tenant) as left:
        call = _call(request, tenant, f"{base_url}/api/data/v{version}/", path)
        reply = batch_reply(call, _reply) if _is_batch(call) else _reply(call)
    return _response(reply, left)


def _reply(call: Call) -> Reply:
    """The reply to a single call, alone or of a batch, with the faults that are switched on for it."""
    _faults(call)
    return call_answer(call)


def _faults(call: Call) -> None:
    """A request looks once whether there are rules; a batch of a thousand would look a thousand times."""
    if call.shared.has_faults is None:
        call.shared.has_faults = faults_exist(call.tenant)
    if call.shared.has_faults:
        faults_apply(call.tenant, call.method, call.path)


def _is_batch(call: Call) -> bool:
    if call.path.rstrip("/") != "$batch":
        return False
    _faults(call)
    if call.method != "POST":
        raise method_wrong(call.method)
    return True


def _call(request: HttpRequest, tenant: EmbeddedOrganization, api_url: str, path: str) -> Call:
    if request.method not in METHODS:
        raise DataverseError(405, "0x80060888", f"The method {request.method} is not served.")
    raw = request.META.get("QUERY_STRING", "")
    query = tuple(parse_qsl(raw, keep_blank_values=True))
    if "\x00" in path or any("\x00" in part for pair in query for part in pair):
        raise bad_request("The address holds a character that is not allowed.")
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise DataverseError(413, "0x80060888", "The request is too large.")
    return Call(
        tenant=tenant,
        api_url=api_url,
        method=request.method,
        path=path,
        query=query,
        headers=CaseInsensitiveMapping(dict(request.headers)),
        body=request.read(),
    )


def _response(reply: Reply, headers: Mapping[str, str]) -> HttpResponse:
    content = b"" if reply.status in (204, 304) else reply.encoded()
    response = HttpResponse(content, status=reply.status, content_type=reply.content_type)
    if not content:
        del response["Content-Type"]
    for key, value in {**headers, **reply.headers}.items():
        response[key] = value
    return _stamped(response)


def _error(error: DataverseError, *, with_details: bool = False) -> HttpResponse:
    body = error.body(with_details=with_details)
    response = JsonResponse(body, status=error.status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/json; odata.metadata=minimal"
    for key, value in error.headers.items():
        response[key] = value
    return _stamped(response)


def _stamped(response: HttpResponse) -> HttpResponse:
    response["OData-Version"] = "4.0"
    response["Cache-Control"] = "no-cache"
    response["x-ms-service-request-id"] = str(uuid.uuid4())
    return response


def openid_configuration(request: HttpRequest, name: str) -> HttpResponse:
    """``.well-known/openid-configuration`` of the organization's authority."""
    try:
        _tenant(name)
    except DataverseError as error:
        return _error(error)
    return JsonResponse(discovery(_base_url(request, name)))


def keys(request: HttpRequest, name: str) -> HttpResponse:
    """No key is published: the tokens are read by this server only."""
    return JsonResponse({"keys": []})


@csrf_exempt
def token(request: HttpRequest, name: str) -> HttpResponse:
    """The token endpoint (client credentials)."""
    if request.method != "POST":
        return JsonResponse({"error": "invalid_request", "error_description": "Use POST."}, status=405)
    try:
        tenant = _tenant(name)
        faults_apply(tenant, "POST", "oauth2/v2.0/token")
        form = {key: str(value) for key, value in request.POST.items()}
        answer = token_issue(tenant, _base_url(request, name), form, request.headers.get("Authorization", ""))
    except TokenRefused as refused:
        told = {"error": refused.error, "error_description": refused.description}
        return _uncached(JsonResponse(told, status=refused.status))
    except DataverseError as error:
        return _error(error)
    return _uncached(JsonResponse(answer))


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
def fault_switch(request: HttpRequest, name: str) -> HttpResponse:
    """The organization's fault switch: GET lists the rules, POST adds one, DELETE takes all away."""
    try:
        tenant = _tenant(name)
        token_check(tenant, request.headers.get("Authorization", ""), _base_url(request, name))
        return _switch(request, tenant)
    except DataverseError as error:
        return _error(error)


def _switch(request: HttpRequest, tenant: EmbeddedOrganization) -> HttpResponse:
    if request.method == "DELETE":
        return JsonResponse({"cleared": faults_clear(tenant)})
    if request.method == "GET":
        return JsonResponse({"faults": [fault_as_json(fault) for fault in Fault.objects.filter(tenant=tenant)]})
    if request.method != "POST":
        raise DataverseError(405, "0x80060888", f"The method {request.method} is not served.")
    try:
        told = json.loads(request.body)
        if not isinstance(told, dict):
            raise FaultWrong("A rule is a JSON object.")
        return JsonResponse(fault_as_json(fault_add(tenant, told)), status=201)
    except (ValueError, FaultWrong) as wrong:
        text = str(wrong) if isinstance(wrong, FaultWrong) else "A rule is a JSON object."
        raise bad_request(text) from wrong


def _tenant(name: str) -> EmbeddedOrganization:
    tenant = EmbeddedOrganization.objects.filter(name=name).first()
    if tenant is None:
        raise segment_missing(name)
    return tenant


def _base_url(request: HttpRequest, name: str) -> str:
    """As the caller wrote it, so that every link leads back the way the caller came."""
    return f"{request.scheme}://{request.get_host()}/org/{name}"
