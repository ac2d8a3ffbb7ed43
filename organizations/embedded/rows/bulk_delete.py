"""BulkDelete: rows named by a QueryExpression are deleted as a system job, done when the answer is given."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from organizations.embedded.call import Call
from organizations.embedded.errors import bad_request, not_served, property_missing
from organizations.embedded.models import Rows
from organizations.embedded.privileges import Privilege
from organizations.embedded.query import conditions
from organizations.embedded.query.literals import Value, text_value
from organizations.embedded.registry import TABLES, Column, Kind, Table
from organizations.embedded.rights import rows_for
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_create, rows_delete

_KNOWN = {
    "JobName",
    "SendEmailNotification",
    "ToRecipients",
    "CCRecipients",
    "RecurrencePattern",
    "StartDateTime",
    "QuerySet",
    "RunNow",
}
_QUERY = {"@odata.type", "EntityName", "ColumnSet", "Criteria", "Distinct"}
_ORDERINGS = {"GreaterThan": "Gt", "GreaterEqual": "GtE", "LessThan": "Lt", "LessEqual": "LtE"}
BULK_DELETE, COMPLETED, SUCCEEDED = 13, 3, 30  # operationtype, statecode, statuscode


def bulk_delete(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    """The action: deletes what the queries name, as far as the caller may.

    Raises:
        DataverseError: 400 for what is wrong, 501 for what the platform could and this server cannot.
    """
    _require_simple(body)
    queries = body.get("QuerySet")
    if not isinstance(queries, list) or not queries:
        raise bad_request("'QuerySet' names the rows to delete and must not be empty.", "0x80048d19")
    for query in queries:
        table, rows = _rows(call, query)
        rows_delete(call.tenant, table, list(rows.values_list(table.primary_id, flat=True)))
    return {"JobId": str(_job(call, str(body.get("JobName") or "Bulk delete")))}


def _require_simple(body: Mapping[str, Any]) -> None:
    unknown = body.keys() - _KNOWN
    if unknown:
        raise bad_request(f"The parameter '{min(unknown)}' is not a parameter of the operation.", "0x80048d19")
    if body.get("RecurrencePattern"):
        raise not_served("A recurring BulkDelete")
    if body.get("SendEmailNotification") or body.get("ToRecipients") or body.get("CCRecipients"):
        raise not_served("E-mail about a BulkDelete")


def _rows(call: Call, query: object) -> tuple[Table, Rows]:
    if not isinstance(query, Mapping):
        raise bad_request("A query of 'QuerySet' is a QueryExpression.", "0x80048d19")
    left = {name for name, value in query.items() if value and name not in _QUERY}
    if left:
        raise not_served(f"'{min(left)}' in a QueryExpression")
    table = TABLES.get(str(query.get("EntityName")))
    if table is None or not call.has(table):
        raise bad_request(f"There is no table '{query.get('EntityName')}'.", "0x80040217")
    if table.kind is Kind.SYSTEM:
        raise not_served(f"Writing to the table '{table.name}'")
    condition = _filter(table, query.get("Criteria") or {})
    if not condition:
        raise bad_request("A BulkDelete without conditions would delete every row; name some.", "0x80048d19")
    return table, rows_for(call, table, Privilege.DELETE).filter(condition)


def _filter(table: Table, criteria: object, depth: int = 0) -> Q:
    if not isinstance(criteria, Mapping) or depth > 20:
        raise bad_request("'Criteria' is a FilterExpression.", "0x80048d19")
    if left := {name for name, value in criteria.items() if value} - {
        "@odata.type",
        "FilterOperator",
        "Conditions",
        "Filters",
    }:
        raise not_served(f"'{min(left)}' in a FilterExpression")
    connector = {"And": Q.AND, "Or": Q.OR}.get(str(criteria.get("FilterOperator", "And")))
    if connector is None:
        raise bad_request("The 'FilterOperator' is And or Or.", "0x80048d19")
    parts = [_condition(table, one) for one in criteria.get("Conditions") or []]
    parts += [_filter(table, one, depth + 1) for one in criteria.get("Filters") or []]
    return Q(*parts, _connector=connector)


def _condition(table: Table, told: object) -> Q:
    if not isinstance(told, Mapping):
        raise bad_request("A condition is a ConditionExpression.", "0x80048d19")
    column = table.columns.get(str(told.get("AttributeName")))
    if column is None or column.is_secret:
        raise property_missing(str(told.get("AttributeName")), table)
    operator, values = str(told.get("Operator")), [_value(column, one) for one in told.get("Values") or []]
    if operator in ("Null", "NotNull"):
        return conditions.is_null(column) if operator == "Null" else ~conditions.is_null(column)
    if not values:
        raise bad_request(f"The operator '{operator}' needs values.", "0x80048d19")
    if operator in ("In", "NotIn"):
        return conditions.is_in(column, values) if operator == "In" else ~conditions.is_in(column, values)
    if operator in ("Equal", "NotEqual"):
        return conditions.equals(column, values[0]) if operator == "Equal" else conditions.differs(column, values[0])
    if operator in _ORDERINGS:
        return conditions.is_ordered(_ORDERINGS[operator], column, values[0])
    raise not_served(f"The condition operator '{operator}'")


def _value(column: Column, told: object) -> Value:
    """A value as ``{"Value": "…", "Type": "System.Guid"}``, or bare."""
    value = told.get("Value") if isinstance(told, Mapping) else told
    if not isinstance(value, str | int | float):
        raise bad_request(f"The value of the condition on '{column.name}' cannot be read.", "0x80048d19")
    return text_value(column, str(value).lower() if isinstance(value, bool) else str(value))


def _job(call: Call, name: str) -> uuid.UUID:
    id, now = uuid.uuid4(), timezone.now().replace(microsecond=0)
    values = {"name": name[:256], "operationtype": BULK_DELETE, "messagename": "BulkDelete", "retrycount": 0}
    values |= {"statecode": COMPLETED, "statuscode": SUCCEEDED, "startedon": now, "completedon": now}
    row_create(call.tenant, TABLES["asyncoperation"], id, Changes(values), by=call.caller.id)
    return id
