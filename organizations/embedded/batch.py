"""``$batch``: many calls in one request; those of a change set all or none.

Clients write batches in many ways: CRLF or LF, absolute, host-less or relative URLs, raw spaces and quotes in them.
The multipart form is split at its boundaries, which takes a twentieth of the time of the standard library's parser of
e-mail; a request line is split at its first space and its last `` HTTP/``.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, unquote

from django.db import transaction
from django.utils.datastructures import CaseInsensitiveMapping

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import DataverseError, bad_request
from organizations.embedded.path import below_api

MOST_OPERATIONS = 1000
LONGEST_URL = 64 * 1024
SYSTEM_SEGMENTS = frozenset({"batch", "metadata", "all", "entity", "crossjoin"})  # $batch and its kind
_REFERENCE = re.compile(r"^/?\$(\w+)(?=/|$)")

Answer = Callable[[Call], Reply]


@dataclass(frozen=True)
class Part:
    """One operation of a batch, as it stands there."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    content_id: str


@dataclass(frozen=True)
class Boundary:
    """The separator of a multipart answer."""

    text: str

    @classmethod
    def new(cls, kind: str) -> Boundary:
        return cls(f"{kind}_{uuid.uuid4()}")

    def joined(self, parts: list[bytes]) -> bytes:
        line = f"--{self.text}\r\n".encode()
        return b"".join(line + part + b"\r\n" for part in parts) + f"--{self.text}--\r\n".encode()

    @property
    def content_type(self) -> str:
        return f"multipart/mixed; boundary={self.text}"


def batch_reply(call: Call, answer: Answer) -> Reply:
    """The reply to a batch: a part for each operation; it ends at the first error unless the caller prefers otherwise.

    Args:
        answer: answers one operation.

    Raises:
        DataverseError: 400, the batch itself is wrong.
    """
    sections = _sections(call.headers.get("Content-Type", ""), call.body)
    groups = [_operations(section) for section in sections]
    if sum(len(operations) for operations, _ in groups) > MOST_OPERATIONS:
        raise bad_request(f"A batch holds {MOST_OPERATIONS} operations at most.")
    boundary, written, status = Boundary.new("batchresponse"), [], 200
    for operations, is_set in groups:
        replies = _change_set(call, operations, answer) if is_set else [_one(call, operations[0], answer, {})]
        written.append(_set_part(replies) if is_set else _http_part(replies[0]))
        failed = next((reply.status for reply, _ in replies if reply.status >= 400), None)
        if failed is not None and not call.prefer.continues_on_error:
            status = _status_at(failed)
            break
    return Reply(status, content=boundary.joined(written), content_type=boundary.content_type)


def _status_at(failed: int) -> int:
    """Of a batch that ends at an error: 400, as documented; what may pass was seen in an envelope of 200."""
    return 400 if failed < 429 else 200


# --- Reading


@dataclass(frozen=True)
class Section:
    """A part of a multipart body: its headers (names in lower case) and what stands behind them."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def _sections(content_type: str, body: bytes) -> list[Section]:
    """The parts between the boundaries, whether lines end in CRLF or LF.

    Raises:
        DataverseError: 400, there is no boundary, no part, or no end.
    """
    boundary = _boundary(content_type)
    lines = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|$)")
    marks = list(lines.finditer(body))
    if not marks or not marks[-1][1]:
        raise bad_request("The batch has no parts, or does not end.")
    found = [_section(body[before.end() : after.start()]) for before, after in pairwise(marks) if not before[1]]
    if not found:
        raise bad_request("The batch has no parts.")
    return found


def _boundary(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/mixed" or not isinstance(boundary, str) or not boundary:
        raise bad_request("The content type of a batch is multipart/mixed with a boundary.")
    return boundary


def _section(raw: bytes) -> Section:
    head, _, content = raw.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")
    return Section({name.lower(): value for name, value in _headers(head.decode("utf-8", "replace"))}, content)


def _headers(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition(":") for line in text.split("\n") if ":" in line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _operations(section: Section) -> tuple[list[Part], bool]:
    """The operations of a part, and whether they are a change set."""
    if section.type != "multipart/mixed":
        return [_part(section)], False
    inner = [_part(one) for one in _sections(section.headers["content-type"], section.content)]
    if any(one.method == "GET" for one in inner):
        raise bad_request("A change set cannot hold a GET.")
    ids = [one.content_id for one in inner if one.content_id]
    if len(set(ids)) != len(ids):
        raise bad_request("A change set has a Content-ID twice.")
    return inner, True


def _part(section: Section) -> Part:
    if section.type != "application/http":
        raise bad_request("Every operation of a batch is of the type application/http.")
    head, _, body = section.content.lstrip(b"\n").partition(b"\n\n")
    first, _, rest = head.decode("utf-8", "replace").partition("\n")
    method, _, after = first.strip().partition(" ")
    url, found, _ = after.rpartition(" HTTP/")
    if not found or len(url) > LONGEST_URL:
        raise bad_request(f"The request line '{first[:100]}' of an operation cannot be read.")
    headers = dict(_headers(rest))
    return Part(method.upper(), url.strip(), headers, body.strip(b"\n"), section.headers.get("content-id", ""))


# --- Answering


def _change_set(call: Call, operations: list[Part], answer: Answer) -> list[tuple[Reply, str]]:
    """The replies to all operations, or the reply to the one that failed."""
    replies: list[tuple[Reply, str]] = []
    made: dict[str, str] = {}  # Content-ID -> address of the row
    try:
        with transaction.atomic():
            for operation in operations:
                reply, content_id = _one(call, operation, answer, made, in_change_set=True)
                if reply.status >= 400:
                    raise _SetFailed(reply, content_id)
                replies.append((reply, content_id))
                made[content_id] = reply.headers.get("OData-EntityId", "")
    except _SetFailed as failed:
        return [(failed.reply, failed.content_id)]
    return replies


class _SetFailed(Exception):
    def __init__(self, reply: Reply, content_id: str) -> None:
        super().__init__(content_id)
        self.reply = reply
        self.content_id = content_id


def _one(
    call: Call, part: Part, answer: Answer, made: Mapping[str, str], *, in_change_set: bool = False
) -> tuple[Reply, str]:
    try:
        return answer(_inner_call(call, part, made, in_change_set=in_change_set)), part.content_id
    except DataverseError as error:
        body = error.body(with_details='annotations="*"' in part.headers.get("Prefer", ""))
        return Reply(status=error.status, json=body, headers=error.headers), part.content_id


def _inner_call(call: Call, part: Part, made: Mapping[str, str], *, in_change_set: bool) -> Call:
    path, _, query = below_api(call.api_url, _resolved(part.url, made)).partition("?")
    if path.rstrip("/") == "$batch":
        raise bad_request("A batch cannot hold another batch.")
    headers = {name: value for name, value in call.headers.items() if name.lower() not in ("prefer", "content-type")}
    return replace(
        call,
        method=part.method,
        path=unquote(path),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=CaseInsensitiveMapping({**headers, **part.headers}),
        body=_with_references(part.body, made),
        in_change_set=in_change_set,
    )


def _resolved(text: str, made: Mapping[str, str]) -> str:
    """``$1`` as the address of the row that the operation with this Content-ID made.

    Raises:
        DataverseError: 400, no operation before it has this Content-ID.
    """
    found = _REFERENCE.match(text)
    if found is None or found[1] in SYSTEM_SEGMENTS:
        return text
    if not made.get(found[1]):
        raise bad_request(f"Content-ID Reference: '${found[1]}' does not exist in the batch context.")
    return made[found[1]] + text[found.end() :]


def _with_references(body: bytes, made: Mapping[str, str]) -> bytes:
    if b"$" not in body:
        return body
    try:
        return json.dumps(_replaced(json.loads(body), made)).encode()
    except ValueError:
        return body


def _replaced(value: Any, made: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _resolved(inner, made)
            if isinstance(inner, str) and name.endswith(("@odata.bind", "@odata.id"))
            else _replaced(inner, made)
            for name, inner in value.items()
        }
    return [_replaced(inner, made) for inner in value] if isinstance(value, list) else value


# --- Writing


def _set_part(replies: list[tuple[Reply, str]]) -> bytes:
    boundary = Boundary.new("changesetresponse")
    head = f"Content-Type: {boundary.content_type}\r\n\r\n".encode()
    return head + boundary.joined([_http_part(reply) for reply in replies])


def _http_part(answered: tuple[Reply, str]) -> bytes:
    reply, content_id = answered
    content = b"" if reply.status == 204 else reply.encoded()
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {content_id}"] if content_id else []
    lines += ["", f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, '')}".rstrip()]
    lines += [f"Content-Type: {reply.content_type}"] if content else []
    lines += ["OData-Version: 4.0", *(f"{name}: {value}" for name, value in reply.headers.items()), "", ""]
    return "\r\n".join(lines).encode() + content


_PHRASES = {
    200: "OK",
    201: "Created",
    204: "No Content",
    400: "Bad Request",
    404: "Not Found",
    412: "Precondition Failed",
}
