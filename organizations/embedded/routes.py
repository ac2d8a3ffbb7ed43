"""From a call's method and path to the function that answers it. Alone or inside a batch, calls come through here."""

from __future__ import annotations

from django.db import DataError, IntegrityError, transaction

from organizations.embedded import bulk, links
from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import (
    DataverseError,
    bad_request,
    method_wrong,
    not_served,
    segment_missing,
)
from organizations.embedded.functions import action_call, function_call
from organizations.embedded.metadata.routes import METADATA, metadata_reply
from organizations.embedded.path import Segment, path_parse
from organizations.embedded.registry import Kind, Table
from organizations.embedded.rows import single
from organizations.embedded.rows.changes import changes_reply, wants_changes
from organizations.embedded.rows.keys import row_id, row_named
from organizations.embedded.rows.navigation import navigation_reply
from organizations.embedded.rows.read import count_reply, page_reply, row_reply
from organizations.embedded.solutions.actions import IN_OWN_TRANSACTION
from organizations.embedded.solutions.jobs import jobs_resume

NAMESPACE = "Microsoft.Dynamics.CRM."
PLATFORM_ONLY = frozenset(
    {
        "$metadata",
        "$all",
        "$entity",
        "$crossjoin",
        "GlobalOptionSetDefinitions",
        "ManagedPropertyDefinitions",
        "attributes",
        "entities",
        "privileges",
        "sdkmessagefilters",
        "sdkmessages",
        "sdkmessageprocessingsteps",
        "teams",
        "transactioncurrencies",
        "webresources",
        "workflows",
    }
)


def call_answer(call: Call) -> Reply:
    """The reply to one call.

    Raises:
        DataverseError
    """
    try:
        if call.method == "GET":
            return _get(call, path_parse(call.path))
        segments = path_parse(call.path)
        if _holds_transaction(call, segments):
            return _change(call, segments)
        with transaction.atomic(savepoint=not call.in_change_set):  # a change set is all or nothing anyhow
            return _change(call, segments)
    except RecursionError as deep:  # Django's own compiler has its limits too
        raise bad_request("The filter is nested too deeply.") from deep
    except (IntegrityError, DataError) as wrong:
        raise _from_database(wrong) from wrong


def _get(call: Call, segments: list[Segment]) -> Reply:
    if not segments:
        return _service_document(call)
    first, *rest = segments
    if first.name in METADATA:
        return metadata_reply(call, segments)
    if not rest:
        answered = function_call(call, first)
        if answered is not None:
            return answered
    _require_served(first.name)
    table = call.table_of_set(first.name)
    if first.key is None:
        return _get_collection(call, table, rest)
    id = row_id(call, table, first)
    if table.name in ("asyncoperation", "importjob"):
        jobs_resume(call.tenant)
    if not rest:
        return row_reply(call, table, id)
    return navigation_reply(call, table, id, rest)


def _get_collection(call: Call, table: Table, rest: list[Segment]) -> Reply:
    if not rest:
        return changes_reply(call, table) if wants_changes(call) else page_reply(call, table)
    if [segment.name for segment in rest] == ["$count"]:
        return count_reply(call, table)
    raise segment_missing(rest[0].name)


def _holds_transaction(call: Call, segments: list[Segment]) -> bool:
    """What changes solutions keeps the record of its failure outside of what is rolled back."""
    if len(segments) != 1:
        return False
    if call.method == "DELETE":
        return segments[0].name == "solutions"
    return call.method == "POST" and segments[0].name in IN_OWN_TRANSACTION


def _change(call: Call, segments: list[Segment]) -> Reply:
    if not segments:
        raise method_wrong(call.method)
    first, *rest = segments
    if not rest and call.method == "POST":
        answered = action_call(call, first)
        if answered is not None:
            call.shared.portal_tables = None  # an action may bring tables or take them away
            return answered
    if first.name in METADATA:
        raise not_served("Writing table definitions")
    _require_served(first.name)
    table = call.table_of_set(first.name)
    _require_options(call, rest)
    if rest and rest[-1].name == "$ref":
        return links.reference_change(call, table, row_id(call, table, first), rest)
    if table.kind is Kind.SYSTEM and not (table.name == "solution" and call.method == "DELETE"):
        raise not_served(f"Writing to the table '{table.name}'")
    if first.key is None:
        return _change_collection(call, table, rest)
    return _change_row(call, table, first, rest)


def _require_options(call: Call, rest: list[Segment]) -> None:
    """No option is left unread: those of a row that is written say what is shown of it, ``$id`` what is untied."""
    if not rest and call.method in ("POST", "PATCH"):
        return
    is_untied = call.method == "DELETE" and bool(rest) and rest[-1].name == "$ref"
    unread = (name for name, _ in call.query if not name.startswith("@") and not (is_untied and name == "$id"))
    if unknown := next(unread, None):
        raise bad_request(f"The query parameter {unknown} is not supported.")


def _change_collection(call: Call, table: Table, rest: list[Segment]) -> Reply:
    if call.method != "POST":
        raise method_wrong(call.method)
    if not rest:
        return single.row_post(call, table)
    if len(rest) == 1 and rest[0].name.startswith(NAMESPACE):
        return bulk.bulk_post(call, table, rest[0].name.removeprefix(NAMESPACE))
    raise segment_missing(rest[0].name)


def _change_row(call: Call, table: Table, segment: Segment, rest: list[Segment]) -> Reply:
    if not rest and call.method == "PATCH":
        return single.row_patch(call, table, row_named(call, table, segment))
    id = row_id(call, table, segment)
    if rest:
        return single.property_change(call, table, id, rest)
    if call.method == "DELETE":
        return single.row_remove(call, table, id)
    raise method_wrong(call.method)


def _require_served(name: str) -> None:
    """What the platform has and this server has not is refused by name, not taken for a typing error."""
    if name in PLATFORM_ONLY:
        raise not_served(f"'{name}'")


def _service_document(call: Call) -> Reply:
    sets = [{"name": table.entity_set, "kind": "EntitySet", "url": table.entity_set} for table in call.tables]
    return Reply(json={"@odata.context": f"{call.api_url}$metadata", "value": sets})


def _from_database(wrong: Exception) -> DataverseError:
    """What the database refused although the checks before it passed: another request was faster."""
    if isinstance(wrong, DataError):
        return bad_request("A value cannot be stored.", "0x80048d19")
    if "_key" in (name := _constraint(wrong)):
        text = f"A record that has the same attribute values already exists. The entity key {name} requires that this "
        return DataverseError(412, "0x80060892", f"{text}set of attributes contains unique values.")
    if "foreign key" in str(wrong):
        return DataverseError(404, "0x80040217", "A row that the request refers to Does Not Exist")
    return DataverseError(412, "0x80040237", "A record with matching key values already exists.")


def _constraint(wrong: Exception) -> str:
    told = getattr(wrong.__cause__, "diag", None)
    return str(getattr(told, "constraint_name", "") or "")
