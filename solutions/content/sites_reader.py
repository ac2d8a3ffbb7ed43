"""Reads what a portal type's website consists of.

``sites/common.toml`` comes first, then the parts that the type names (``sites/parts/<part>.toml``), then
``sites/<portal type>.toml``; ``sites/<option>.toml``, each after its own parts, are laid over it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from portals.catalog import Option, PortalType
from solutions.content.errors import BadContent
from solutions.content.values import Form, Page, Permission, Role, SiteSource, Step, StepField

FOLDER = Path(__file__).parent / "sites"
MARKERS = frozenset({"Home", "Profile", "Page Not Found", "Access Denied", "Search"})  # every website must have them

_PARTS = {
    "parts",
    "pages",
    "markers",
    "link_sets",
    "settings",
    "roles",
    "permissions",
    "articles",
    "templates",
    "forms",
}


@cache
def site(portal_type: PortalType, options: frozenset[Option] = frozenset()) -> SiteSource:
    """The portal type's website, with its options.

    Raises:
        BadContent: a file is not as it must be.
    """
    names = ("common", portal_type.value, *sorted(option.value for option in options))
    layers = [layer for name in names for layer in _with_parts(_entries(name))]
    try:
        return site_make(*layers)
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadContent(f"sites/{portal_type.value}.toml: {wrong}") from wrong


def site_make(*layers: dict[str, Any]) -> SiteSource:
    """The layers laid over each other: lists are joined, tables merged.

    Raises:
        ValueError: a marker, link or page points to a page that is not there, or two have one key.
    """
    found = SiteSource(
        pages=tuple(Page(**entry) for entry in _joined(layers, "pages")),
        markers=_merged(layers, "markers"),
        link_sets=_link_sets(layers),
        settings=_merged(layers, "settings"),
        roles=tuple(Role(**entry) for entry in _joined(layers, "roles")),
        articles=tuple(_joined(layers, "articles")),
        permissions=tuple(permission_make(entry) for entry in _joined(layers, "permissions")),
        parts=tuple(_joined(layers, "parts")),
        forms=tuple(form_make(entry) for entry in _joined(layers, "forms")),
        templates=tuple(_joined(layers, "templates")),
    )
    _check(found)
    return found


def permission_make(entry: dict[str, Any]) -> Permission:
    """An entity permission as written, with its lists made fast."""
    return Permission(**{**entry, "rights": tuple(entry["rights"]), "roles": tuple(entry["roles"])})


def form_make(entry: dict[str, Any]) -> Form:
    """A web form as written, its steps and their fields made fast."""
    steps = tuple(
        Step(**{**step, "fields": tuple(StepField(**field) for field in step.get("fields", ()))})
        for step in entry["steps"]
    )
    return Form(**{**entry, "steps": steps})


def _with_parts(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(_entries(f"parts/{part}") for part in layer.get("parts", ())), layer]


def _joined(layers: Iterable[dict[str, Any]], part: str) -> list[Any]:
    return [entry for layer in layers for entry in layer.get(part, [])]


def _merged(layers: Iterable[dict[str, Any]], part: str) -> dict[str, Any]:
    return {name: value for layer in layers for name, value in layer.get(part, {}).items()}


def _link_sets(layers: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """A later layer adds its links to those of the layers below."""
    found: dict[str, dict[str, None]] = {}
    for layer in layers:
        for name, keys in layer.get("link_sets", {}).items():
            found.setdefault(name, {}).update(dict.fromkeys(keys))
    return {name: tuple(keys) for name, keys in found.items()}


def _check(found: SiteSource) -> None:
    above: set[str] = {""}
    for page in found.pages:
        if page.parent not in above:
            raise ValueError(f"the page {page.key} stands beneath {page.parent!r}, which does not come before it.")
        if page.key in above:
            raise ValueError(f"two pages are called {page.key!r}.")
        above.add(page.key)
    named = [*found.markers.values(), *(key for keys in found.link_sets.values() for key in keys)]
    if unknown := set(named) - above:
        raise ValueError(f"there are no pages {sorted(unknown)}.")
    if missing := MARKERS - found.markers.keys():
        raise ValueError(f"the site markers {sorted(missing)} are missing.")
    if [page.key for page in found.pages if not page.parent] != [found.markers["Home"]]:
        raise ValueError("the home page, and it alone, stands beneath no other.")
    _check_forms(found)
    _check_permissions(found)


def _check_forms(found: SiteSource) -> None:
    known = {form.key for form in found.forms}
    if unknown := {page.form for page in found.pages} - known - {""}:
        raise ValueError(f"there are no web forms {sorted(unknown)}.")
    for form in found.forms:
        keys = [step.key for step in form.steps]
        for at, step in enumerate(form.steps):
            if unknown := {step.next, step.other} - set(keys[at + 1 :]) - {""}:
                raise ValueError(f"the step {step.key!r} leads to {sorted(unknown)}, which do not come after it.")


def _check_permissions(found: SiteSource) -> None:
    above: set[str] = {""}
    for permission in found.permissions:
        if permission.name in above or permission.parent not in above:
            raise ValueError(f"the permission {permission.name!r} is there twice, or stands before its parent.")
        if unknown := set(permission.roles) - {role.name for role in found.roles}:
            raise ValueError(
                f"the permission {permission.name!r} names the roles {sorted(unknown)}, which are not there."
            )
        above.add(permission.name)


def _entries(name: str) -> dict[str, Any]:
    try:
        entries = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    except ValueError as wrong:
        raise BadContent(f"sites/{name}.toml: {wrong}") from wrong
    if unknown := entries.keys() - _PARTS:
        raise BadContent(f"sites/{name}.toml: the parts {sorted(unknown)} are unknown.")
    return entries
