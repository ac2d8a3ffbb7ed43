"""The messages of this room as the Web API names them: functions (GET) and actions (POST)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.errors import bad_request
from organizations.embedded.solutions.dependencies import missing_dependencies, uninstall_dependencies
from organizations.embedded.solutions.history import Deed, History
from organizations.embedded.solutions.importing import import_start, solution_import
from organizations.embedded.solutions.jobs import jobs_resume, turn_held
from organizations.embedded.solutions.languages import language_provision, language_start
from organizations.embedded.solutions.promote import promote, promote_start
from organizations.embedded.solutions.results import formatted_results, import_result
from organizations.embedded.solutions.stage import solution_stage
from organizations.embedded.solutions.translations import translation_export, translation_import, translation_start

Body = Mapping[str, Any]
Answer = dict[str, Any]


def _known(body: Body, *names: str) -> None:
    unknown = body.keys() - set(names)
    if unknown:
        raise bad_request(f"The parameter '{min(unknown)}' is not a parameter of the operation.", "0x80048d19")


def _stage(call: Call, body: Body) -> Answer:
    _known(body, "CustomizationFile")
    return solution_stage(call.tenant, body.get("CustomizationFile"))


def _import(call: Call, body: Body) -> None:
    solution_import(call.tenant, body)


def _import_async(call: Call, body: Body) -> Answer:
    return _started(*import_start(call.tenant, body))


def _upgrade(call: Call, body: Body) -> None:
    solution_import(call.tenant, _no_holding(body), upgrades=True)


def _upgrade_async(call: Call, body: Body) -> Answer:
    return _started(*import_start(call.tenant, _no_holding(body), upgrades=True))


def _started(import_job: uuid.UUID, job: uuid.UUID) -> Answer:
    return {"ImportJobKey": str(import_job), "AsyncOperationId": str(job)}


def _no_holding(body: Body) -> Body:
    if "HoldingSolution" in body:
        text = "The parameter 'HoldingSolution' is not a parameter of the operation."
        raise bad_request(text, "0x80048d19")
    return body


def _promote(call: Call, body: Body) -> Answer:
    return {"SolutionId": str(promote(call.tenant, _unique_name(body)))}


def _promote_async(call: Call, body: Body) -> Answer:
    return {"AsyncOperationId": str(promote_start(call.tenant, _unique_name(body)))}


def _unique_name(body: Body) -> str:
    _known(body, "UniqueName")
    name = body.get("UniqueName")
    if not isinstance(name, str):
        raise bad_request("UniqueName is missing.", "0x80048d19")
    return name


def _publish(call: Call, body: Body) -> None:
    """PublishAllXml: customizations take effect at once here; what is left is its place in the history."""
    _known(body)
    with turn_held(call.tenant, "PublishAll"):
        History(call.tenant, Deed.PUBLISH_ALL).recorded(lambda: None)


def _translate(call: Call, body: Body) -> None:
    _known(body, "TranslationFile", "ImportJobId")
    translation_import(call.tenant, body.get("TranslationFile"))


def _translate_async(call: Call, body: Body) -> Answer:
    _known(body, "TranslationFile", "ImportJobId")
    started = translation_start(call.tenant, body.get("TranslationFile"), body.get("ImportJobId"))
    return {"AsyncOperationId": str(started)}


def _export(call: Call, body: Body) -> Answer:
    _known(body, "SolutionName")
    return {"ExportTranslationFile": translation_export(call.tenant, body.get("SolutionName"))}


def _language(call: Call, body: Body) -> None:
    _known(body, "Language")
    language_provision(call.tenant, body.get("Language"))


def _language_async(call: Call, body: Body) -> Answer:
    _known(body, "Language")
    return {"AsyncOperationId": str(language_start(call.tenant, body.get("Language")))}


def _result(call: Call, parameters: Mapping[str, str]) -> Answer:
    jobs_resume(call.tenant)
    return import_result(call.tenant, _import_job(parameters))


def _formatted(call: Call, parameters: Mapping[str, str]) -> Answer:
    jobs_resume(call.tenant)
    return formatted_results(call.tenant, _import_job(parameters))


def _missing(call: Call, parameters: Mapping[str, str]) -> Answer:
    return {"value": missing_dependencies(call.tenant, _solution_name(parameters))}


def _uninstall(call: Call, parameters: Mapping[str, str]) -> Answer:
    return {"value": uninstall_dependencies(call.tenant, _solution_name(parameters))}


def _solution_name(parameters: Mapping[str, str]) -> str:
    if parameters.keys() != {"SolutionUniqueName"}:
        raise bad_request("The parameter SolutionUniqueName is missing, or is not the only one.")
    return parameters["SolutionUniqueName"]


def _import_job(parameters: Mapping[str, str]) -> uuid.UUID:
    try:
        if parameters.keys() - {"ImportJobId"}:
            raise ValueError
        return uuid.UUID(parameters["ImportJobId"])
    except (KeyError, ValueError) as wrong:
        raise bad_request("The parameter ImportJobId is missing or is not a GUID.") from wrong


FUNCTIONS: Mapping[str, Callable[[Call, Mapping[str, str]], Answer]] = {
    "RetrieveSolutionImportResult": _result,
    "RetrieveFormattedImportJobResults": _formatted,
    "RetrieveMissingDependencies": _missing,
    "RetrieveDependenciesForUninstall": _uninstall,
}
ACTIONS: Mapping[str, Callable[[Call, Body], Answer | None]] = {
    "StageSolution": _stage,
    "ImportSolution": _import,
    "ImportSolutionAsync": _import_async,
    "StageAndUpgrade": _upgrade,
    "StageAndUpgradeAsync": _upgrade_async,
    "DeleteAndPromote": _promote,
    "DeleteAndPromoteAsync": _promote_async,
    "PublishAllXml": _publish,
    "ImportTranslation": _translate,
    "ImportTranslationAsync": _translate_async,
    "ExportTranslation": _export,
    "ProvisionLanguage": _language,
    "ProvisionLanguageAsync": _language_async,
}
# These keep the record of their failure, so they hold their transactions themselves.
IN_OWN_TRANSACTION = frozenset(ACTIONS)
