"""Brings an export into an organization through its Web API, and looks at what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from organizations.client.shapes import TableShape
from organizations.client.webapi import WebApiClient
from websites.errors import ExportRefused
from websites.features.loading import features_load
from websites.importing.checking import PageProblem, pages_check
from websites.importing.folder import export_read
from websites.importing.kinds import TABLES
from websites.importing.mapping import Mapper, Plan
from websites.importing.unserved import templates_unserved
from websites.importing.writing import Log, PlanWriter

NEEDED = ("adx_website", "adx_webpage", "adx_pagetemplate", "adx_webtemplate")


@dataclass(frozen=True)
class SiteImport:
    """What was imported.

    Args:
        written: table -> rows.
        left: what is not supported, one sentence each.
        pages: pages that were made, of every language.
        problems: those that could not be.
    """

    website_id: uuid.UUID
    written: Mapping[str, int]
    left: tuple[str, ...]
    pages: int
    problems: tuple[PageProblem, ...] = field(default_factory=tuple)


def site_import(
    client: WebApiClient,
    folder: Path,
    *,
    website_id: uuid.UUID | None = None,
    name: str = "",
    replace: bool = False,
    log: Log = lambda _: None,
) -> SiteImport:
    """Write the export in ``folder`` into the client's organization, and make every page once.

    Args:
        website_id: the website that it becomes; None for the export's own.
        name: what it is called; "" for the export's own name.
        replace: whether rows of that website that the export does not have are deleted.

    Raises:
        ExportRefused: the folder holds no export, or the organization has no tables for one.
        core.errors.Unavailable: the organization does not answer, or refuses a row.
    """
    features_load()  # they serve tags, and pages are to be made as the portal makes them
    export = export_read(folder)
    shapes = client.table_shapes((*dict.fromkeys(TABLES.values()), "annotation"))
    if missing := [table for table in NEEDED if table not in shapes]:
        raise ExportRefused(f"The organization has no table {missing[0]}: install the portal packages first.")
    mapper = Mapper(export, shapes, website_id=website_id, languages=_languages(client), name=name)
    plan = mapper.plan()
    writer = PlanWriter(client, shapes, log)
    writer.write(plan)
    if replace:
        _remove_others(client, shapes, plan, log)
    pages, problems = pages_check(client, plan.website_id)
    left = [*export.left, *plan.left, *writer.left, *templates_unserved(export)]
    return SiteImport(plan.website_id, writer.written, tuple(left), pages, tuple(problems))


def _languages(client: WebApiClient) -> dict[int, uuid.UUID]:
    rows = client.rows("adx_portallanguages", select=("adx_portallanguageid", "adx_lcid"), filter="statecode eq 0")
    return {int(row["adx_lcid"]): uuid.UUID(row["adx_portallanguageid"]) for row in rows if row.get("adx_lcid")}


def _remove_others(client: WebApiClient, shapes: Mapping[str, TableShape], plan: Plan, log: Log) -> None:
    """Rows of the website that the export does not have, those that others point to last."""
    wanted = {row.id for row in plan.rows}
    for table in reversed(list(dict.fromkeys(TABLES.values()))):
        shape = shapes.get(table)
        if shape is None or table == "adx_website" or "adx_websiteid" not in shape.lookups:
            continue
        rows = client.rows(
            shape.entity_set, select=(shape.primary_id,), filter=f"_adx_websiteid_value eq {plan.website_id}"
        )
        extra = [id_ for row in rows if (id_ := uuid.UUID(str(row[shape.primary_id]))) not in wanted]
        for id_ in extra:
            client.delete(shape.entity_set, id_)
        if extra:
            log(f"removed {len(extra)} rows of {table}")
