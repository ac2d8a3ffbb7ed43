"""Errors as the Web API answers them: the platform's own codes and texts in the platform's own envelope."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from organizations.embedded.registry import Table

NAMESPACE = "Microsoft.Dynamics.CRM"


class DataverseError(Exception):
    """An error answer.

    Args:
        status: the HTTP status.
        code: hexadecimal, as ``0x80040217``.
    """

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    @property
    def signed(self) -> int:
        """The code as the signed number that some answers hold: 0x80048034 is -2147188684."""
        number = int(self.code, 16)
        return number - 2**32 if number >= 2**31 else number

    def body(self, *, with_details: bool = False) -> dict[str, object]:
        """The envelope; with the details that ``odata.include-annotations="*"`` asks for."""
        details = {
            "@Microsoft.PowerApps.CDS.ErrorDetails.HttpStatusCode": str(self.status),
            "@Microsoft.PowerApps.CDS.InnerError.Message": self.message,
            "@Microsoft.PowerApps.CDS.TraceText": "",
        }
        return {"error": {"code": self.code, "message": self.message, **(details if with_details else {})}}


def bad_request(message: str, code: str = "0x80060888") -> DataverseError:
    return DataverseError(400, code, message)


def not_served(what: str) -> DataverseError:
    """This server does not do that, and says so instead of doing less."""
    return DataverseError(501, "0x80060888", f"{what} is not served by this organization.")


def segment_missing(name: str) -> DataverseError:
    return DataverseError(404, "0x8006088a", f"Resource not found for the segment '{name}'.")


def property_missing(name: str, table: Table) -> DataverseError:
    return bad_request(f"Could not find a property named '{name}' on type '{NAMESPACE}.{table.name}'.")


def row_missing(table: Table, id: uuid.UUID) -> DataverseError:
    return DataverseError(404, "0x80040217", f"Entity '{table.name}' With Id = {id} Does Not Exist")


def payload_wrong(table: Table, why: str) -> DataverseError:
    return bad_request(
        f"Error identified in Payload provided by the user for Entity :'{table.entity_set}', {why}", "0x80048d19"
    )


def method_wrong(method: str) -> DataverseError:
    return DataverseError(405, "0x80060888", f"The requested resource does not support http method '{method}'.")


def value_too_long(table: Table, column: str, longest: int) -> DataverseError:
    return bad_request(
        f"A validation error occurred. The length of the '{column}' attribute of the '{table.name}' entity exceeded "
        f"the maximum allowed length of '{longest}'.",
        "0x80044331",
    )


def value_out_of_range(table: Table, column: str, value: object) -> DataverseError:
    return bad_request(
        f"A validation error occurred. The value {value} of '{column}' on record of type '{table.name}' is outside "
        "the valid range.",
        "0x80044330",
    )


def state_needs_message(table: Table, state: str, message: str) -> DataverseError:
    """The platform's words; its list of codes has none for a case, so it is the one of a wrong argument."""
    text = (
        f"This message can not be used to set the state of {table.name} to {state}. In order to set state of "
        f"{table.name} to {state}, use the {message} message instead."
    )
    return bad_request(text, "0x80040203")


def row_exists() -> DataverseError:
    return DataverseError(412, "0x80040237", "A record with matching key values already exists.")


def version_differs() -> DataverseError:
    return DataverseError(
        412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."
    )
