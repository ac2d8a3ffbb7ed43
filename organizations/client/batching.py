"""``$batch``: up to 1,000 calls in one request; those of a change set all or none, and able to name each other."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, cast

import httpx

from core.outside.answers import Failure
from organizations.client.exchange import FAILURES, SLOW, Answer, no_check, problem_of
from organizations.client.session import Session
from organizations.errors import OrganizationProblem, OrganizationUnavailable

MOST_OPERATIONS = 1000


@dataclass(frozen=True)
class Operation:
    """One call.

    Args:
        path: relative to the API's root, percent-encoded; in a change set ``$1`` is the row that its first operation
            creates.
        body: a JSON object; a lookup may name such a row as well: ``{"parentcustomerid_account@odata.bind": "$1"}``.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangeSet:
    """Operations that are carried out all or none; no GET among them."""

    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class BatchAnswer:
    """The answer to one operation, or to a whole change set that failed."""

    answer: Answer

    @property
    def problem(self) -> OrganizationProblem | None:
        """Why it was not carried out, told permanent or passing as for a request of its own."""
        return problem_of(self.answer) if self.answer.status >= 400 else None

    @property
    def row_id(self) -> uuid.UUID | None:
        """The id of the row that was created, from OData-EntityId."""
        found = self.answer.headers.get("OData-EntityId", "").rpartition("(")[2].rstrip(")")
        try:
            return uuid.UUID(found)
        except ValueError:
            return None

    def json(self) -> dict[str, Any]:
        """The JSON object.

        Raises:
            OrganizationUnavailable, OrganizationRefused: the operation was not carried out.
        """
        if self.problem:
            raise self.problem
        return self.answer.json()


class Batching:
    """The batch part of the client."""

    session: Session

    def batch(
        self, parts: Sequence[Operation | ChangeSet], *, goes_on: bool = False, repeatable: bool = False
    ) -> list[BatchAnswer]:
        """Send the parts in one request; answers in their order, ending at the first error.

        Args:
            goes_on: carry out what follows an error as well.
            repeatable: whether every operation may be carried out twice. Then the whole batch is sent again after an
                error that may pass, also one that comes inside an envelope of 200 (429 while a solution is imported).

        Raises:
            ValueError: more than 1,000 operations, none, or a GET in a change set.
            OrganizationUnavailable, OrganizationRefused: the batch itself was not taken; with ``repeatable`` also
                what may pass and did not within the client's patience.
        """
        _check(parts)
        boundary = f"batch_{uuid.uuid4()}"
        headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
        if goes_on:
            headers["Prefer"] = "odata.continue-on-error"
        answer = self.session.send(
            "POST",
            self.session.url("$batch"),
            _multipart(boundary, [_part(part, self.session.api_url) for part in parts]),
            headers=headers,
            limits=SLOW,
            repeatable=repeatable,
            check=_raise_what_may_pass if repeatable else no_check,
        )
        return _answers(answer)


def _check(parts: Sequence[Operation | ChangeSet]) -> None:
    operations = [one for part in parts for one in _operations(part)]
    if not 0 < len(operations) <= MOST_OPERATIONS:
        raise ValueError(f"a batch has 1 to {MOST_OPERATIONS} operations, not {len(operations)}")
    if any(one.method == "GET" for part in parts if isinstance(part, ChangeSet) for one in part.operations):
        raise ValueError("a change set has no GET")


def _operations(part: Operation | ChangeSet) -> tuple[Operation, ...]:
    return part.operations if isinstance(part, ChangeSet) else (part,)


# --- Writing


def _part(part: Operation | ChangeSet, api_url: str) -> bytes:
    if isinstance(part, Operation):
        return _http(part, api_url, content_id="")
    boundary = f"changeset_{uuid.uuid4()}"
    inner = [_http(one, api_url, content_id=str(number)) for number, one in enumerate(part.operations, 1)]
    return f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode() + _multipart(boundary, inner)


def _http(operation: Operation, api_url: str, *, content_id: str) -> bytes:
    url = operation.path if operation.path.startswith("$") else api_url + operation.path
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    head += [f"Content-ID: {content_id}"] if content_id else []
    headers = {"Accept": "application/json", **operation.headers}
    if operation.body is not None:
        headers["Content-Type"] = "application/json; type=entry"
    lines = [*head, "", f"{operation.method} {url} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
    body = b"" if operation.body is None else json.dumps(operation.body, default=str).encode()
    return "\r\n".join([*lines, "", ""]).encode() + body


def _multipart(boundary: str, parts: Sequence[bytes]) -> bytes:
    line = f"--{boundary}\r\n".encode()
    return b"".join(line + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


# --- Reading


def _raise_what_may_pass(answer: Answer) -> None:
    for one in _answers(answer):
        if isinstance(one.problem, OrganizationUnavailable):
            raise one.problem


def _answers(answer: Answer) -> list[BatchAnswer]:
    head = f"Content-Type: {answer.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + answer.body)
    found = [BatchAnswer(_read(part)) for part in message.walk() if part.get_content_type() == "application/http"]
    if message.defects or not found:
        raise FAILURES[Failure.NOT_UNDERSTOOD].error()
    return found


def _read(part: EmailMessage) -> Answer:
    content = cast(bytes, part.get_payload(decode=True)) or b""
    head, _, body = content.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")
    first, *lines = head.decode("utf-8", "replace").split("\n")
    version, _, status = first.partition(" ")
    if not version.startswith("HTTP/") or not status[:3].isdecimal():
        raise FAILURES[Failure.NOT_UNDERSTOOD].error()
    pairs = [line.partition(":") for line in lines]
    headers = httpx.Headers([(name.strip(), text.strip()) for name, _, text in pairs])
    return Answer(int(status[:3]), headers, body, FAILURES)
