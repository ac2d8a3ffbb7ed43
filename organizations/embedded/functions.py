"""Functions (GET) and actions (POST) that belong to no table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import bad_request, not_served
from organizations.embedded.metadata.changes import metadata_changes
from organizations.embedded.path import Segment, key_values, literal_text
from organizations.embedded.privileges import Privilege
from organizations.embedded.registry import LANGUAGES, TABLES
from organizations.embedded.rights import require
from organizations.embedded.rows.bulk_delete import bulk_delete
from organizations.embedded.rows.closing import close_incident
from organizations.embedded.solutions import actions

# Languages of the platform that could be activated (LCIDs); the activated ones are the organization's own.
AVAILABLE = tuple(int(language["localeid"]) for language in LANGUAGES)
VERSION = "9.2.24014.198"


def function_call(call: Call, segment: Segment) -> Reply | None:
    """The reply of a function, or None where there is no such function."""
    function = _FUNCTIONS.get(segment.name)
    if function is None:
        return None
    answer = function(call, _parameters(call, segment))
    context = f"{call.api_url}$metadata#Microsoft.Dynamics.CRM.{segment.name}Response"
    return Reply(json={"@odata.context": context, **answer})


def action_call(call: Call, segment: Segment) -> Reply | None:
    """The reply of an action, or None where there is no such action."""
    if segment.name in _NOT_SERVED:
        raise not_served(f"The action {segment.name}")
    action = _ACTIONS.get(segment.name)
    if action is None or segment.key is not None:
        return None
    if call.query:
        raise bad_request(f"The query parameter {call.query[0][0]} is not supported.")
    if segment.name in actions.ACTIONS:
        require(call, TABLES["solution"], Privilege.WRITE)  # prvImportCustomization goes with it
    answer = action(call, call.json())
    if answer is None:
        return Reply(status=204)
    context = f"{call.api_url}$metadata#Microsoft.Dynamics.CRM.{segment.name}Response"
    return Reply(json={"@odata.context": context, **answer})


def _parameters(call: Call, segment: Segment) -> dict[str, str]:
    """``(Name=@p)?@p=value`` and ``(Name=value)`` alike."""
    aliases = {name: value for name, value in call.query if name.startswith("@")}
    unknown = [name for name, _ in call.query if not name.startswith("@")]
    if unknown:
        raise bad_request(f"The query parameter {unknown[0]} is not supported.")
    told = key_values(segment.key) if segment.key else {}
    return {name: literal_text(aliases.get(value, value)) for name, value in told.items()}


def _none(parameters: Mapping[str, str]) -> None:
    if parameters:
        raise bad_request(f"The parameter '{min(parameters)}' is not a parameter of the operation.")


def _who_am_i(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    _none(parameters)
    return {
        "BusinessUnitId": str(call.caller.unit),
        "UserId": str(call.caller.id),
        "OrganizationId": str(call.tenant.pk),
    }


def _version(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    _none(parameters)
    return {"Version": VERSION}


def _provisioned_languages(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    _none(parameters)
    return {"RetrieveProvisionedLanguages": list(call.tenant.languages)}


def _available_languages(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    _none(parameters)
    return {"LocaleIds": list(AVAILABLE)}


def _language_packs(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    _none(parameters)
    return {"RetrieveInstalledLanguagePacks": [lcid for lcid in AVAILABLE if lcid != call.tenant.base_language]}


_FUNCTIONS: Mapping[str, Callable[[Call, Mapping[str, str]], dict[str, Any]]] = {
    "WhoAmI": _who_am_i,
    "RetrieveVersion": _version,
    "RetrieveProvisionedLanguages": _provisioned_languages,
    "RetrieveAvailableLanguages": _available_languages,
    "RetrieveInstalledLanguagePacks": _language_packs,
    "RetrieveMetadataChanges": metadata_changes,
    **actions.FUNCTIONS,
}
_ACTIONS: Mapping[str, Callable[[Call, Mapping[str, Any]], dict[str, Any] | None]] = {
    **actions.ACTIONS,
    "BulkDelete": bulk_delete,
    "CloseIncident": close_incident,
}
_NOT_SERVED = frozenset(
    {
        "ExportSolution",
        "ExportSolutionAsync",
        "CreateEntities",
    }
)
