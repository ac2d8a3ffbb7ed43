"""Entity lists out of a site's rows."""

from __future__ import annotations

import json
import re

from websites.site.list_values import EntityList
from websites.site.rows import Row, SiteRows

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")


def lists_of(rows: SiteRows) -> dict[str, EntityList]:
    """By id."""
    return {found.id: found for found in map(_list, rows.of("adx_entitylists"))}


def _list(row: Row) -> EntityList:
    views = _ID.findall(f"{_text(row, 'adx_view')} {_text(row, 'adx_views')}".lower())
    parameter = _text(row, "adx_idquerystringparametername")
    return EntityList(
        id=str(row["adx_entitylistid"]).lower(),
        name=_text(row, "adx_name"),
        table=_text(row, "adx_entityname").lower(),
        view_ids=tuple(dict.fromkeys(views)),
        page_size=int(row["adx_pagesize"] or 0),
        is_searched=bool(row["adx_searchenabled"]),
        of_contact=_text(row, "adx_filterportaluser").lower(),
        of_account=_text(row, "adx_filteraccount").lower(),
        details_page_id=str(row["_adx_webpagefordetailsview_value"] or ""),
        create_page_id=str(row["_adx_webpageforcreate_value"] or ""),
        id_parameter=parameter if _PARAMETER.fullmatch(parameter) else "id",
        create_text=_text(row, "adx_createbuttonlabel"),
        empty_text=_text(row, "adx_emptylisttext"),
    )


def words_in(text: str, lcid: int) -> str:
    """A text as it is, or the language's of a list of texts: ``[{"LCID": 1033, "Label": "New"}]``."""
    if not text.startswith("["):
        return text
    try:
        told = {one["LCID"]: str(one["Label"] or "") for one in json.loads(text)}
    except (ValueError, TypeError, KeyError):
        return text
    return told.get(lcid) or next((words for words in told.values() if words), "")


def _text(row: Row, name: str) -> str:
    return str(row[name] or "").strip()
