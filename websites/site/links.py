"""Link sets of a site's rows: links, and links beneath links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from websites.site.files import hidden_states
from websites.site.rows import Row, SiteRows
from websites.site.values import Language, Link, LinkSet

DEEPEST = 5  # links beneath links beneath links


def link_sets_of(rows: SiteRows, language: Language) -> dict[str, LinkSet]:
    """Name -> set. One of the language wins over one of no language."""
    hidden = hidden_states(rows)
    beneath: dict[str, list[Row]] = {}
    for row in sorted(rows.of("adx_weblinks"), key=lambda row: (row["adx_displayorder"] or 0, row["adx_name"] or "")):
        if str(row["_adx_publishingstateid_value"]) not in hidden:
            above = row["_adx_parentweblinkid_value"] or row["_adx_weblinksetid_value"]
            beneath.setdefault(str(above), []).append(row)
    found = sorted(rows.of("adx_weblinksets"), key=lambda row: bool(row["_adx_websitelanguageid_value"]))
    return {
        str(row["adx_name"]): LinkSet(
            str(row["adx_name"]), str(row["adx_title"] or ""), _links(beneath, str(row["adx_weblinksetid"]))
        )
        for row in found
        if str(row["_adx_websitelanguageid_value"] or "") in {"", language.id}
    }


def _links(beneath: Mapping[str, Sequence[Row]], above: str, depth: int = 0) -> tuple[Link, ...]:
    """Deeper than :data:`DEEPEST` there are none: links that stand beneath each other would never end."""
    if depth == DEEPEST:
        return ()
    return tuple(
        Link(
            name=str(row["adx_name"] or ""),
            page_id=str(row["_adx_pageid_value"] or ""),
            external_url=str(row["adx_externalurl"] or ""),
            opens_in_new_window=bool(row["adx_openinnewwindow"]),
            description=str(row["adx_description"] or ""),
            image_url=str(row["adx_imageurl"] or ""),
            image_text=str(row["adx_imagealttext"] or ""),
            shows_image_only=bool(row["adx_displayimageonly"]),
            shows_children=bool(row["adx_displaypagechildlinks"]),
            is_followed=row["adx_robotsfollowlink"] is not False,
            links=_links(beneath, str(row["adx_weblinkid"]), depth + 1),
        )
        for row in beneath.get(above, ())
    )
