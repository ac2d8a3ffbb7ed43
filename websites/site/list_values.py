"""Entity lists of a site: rows of a table that the organization's people put on pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EntityList:
    """A list.

    Args:
        table: logical name.
        view_ids: saved views of the organization that say columns, order and filter; the first one is shown first.
        page_size: rows of a page, 0 for the site's own number.
        of_contact: lookup of a contact that must be the visitor, "" for rows of everybody.
        of_account: the same for the visitor's company.
        id_parameter: what the details page calls the row's id in its address.
        create_text: words of the button that leads to ``create_page_id``, as the organization keeps them.
        empty_text: said where there is no row.
    """

    id: str
    name: str
    table: str
    view_ids: tuple[str, ...] = ()
    page_size: int = 0
    is_searched: bool = False
    of_contact: str = ""
    of_account: str = ""
    details_page_id: str = ""
    create_page_id: str = ""
    id_parameter: str = "id"
    create_text: str = ""
    empty_text: str = ""
