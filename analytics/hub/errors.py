"""Errors as the hub answers them: OData's envelope, with codes of our own where the original published none."""

from __future__ import annotations

from collections.abc import Mapping


class HubError(Exception):
    """An error answer.

    Args:
        status: the HTTP status.
        code: stable and public, such as ``UnknownInteractionType``; docs/reference/hub.md lists them.
        message: what is wrong and what would be right, for the people who read the sender's log.
    """

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        return {"error": {"code": self.code, "message": self.message}}


class Refused(HubError):
    """An event that is not stored. It is kept among the hub's refused events, with this code and message."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(status, code, message)


def bad_request(code: str, message: str) -> HubError:
    return HubError(400, code, message)


def not_served(what: str) -> HubError:
    """This hub does not do that, and says so instead of doing less."""
    return HubError(501, "NotServed", f"{what} is not served by this hub.")


def not_found(what: str) -> HubError:
    return HubError(404, "ResourceNotFound", f"{what} does not exist.")


def method_wrong(method: str | None, allowed: str) -> HubError:
    message = f"The method {method} is not served here; {allowed} may be used."
    return HubError(405, "MethodNotAllowed", message, headers={"Allow": allowed})
