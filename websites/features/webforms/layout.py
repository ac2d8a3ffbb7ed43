"""The organization's form that a step shows (``systemform``): which fields, in which order. Kept for ten minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from core.errors import Unavailable
from websites.objects.scene import Scene
from websites.records.reading import quoted
from websites.site.form_values import FormField, FormStep

KEPT = 600.0  # seconds
MOST = 500  # forms
LONGEST = 1_000_000  # characters of a form
MAIN = 2  # systemform.type
_HIDDEN = {"false", "0"}
_kept: dict[tuple[str, str, str], tuple[float, str]] = {}
_lock = threading.Lock()


def step_laid_out(scene: Scene, step: FormStep) -> FormStep:
    """The step with the fields of its form, each as the step's metadata changes it.

    Where the organization holds no such form, the metadata alone say which fields there are.

    Raises:
        core.errors.Unavailable: the organization is away.
    """
    names = tuple(dict.fromkeys(_names(_xml(scene, step), step.tab_name))) if step.form_name else ()
    if not names:
        return step
    own = {field.name: field for field in step.fields}
    unseen = (field for field in step.fields if field.on_save and field.name not in names)
    return replace(step, fields=(*(own.get(name) or FormField(name) for name in names), *unseen))


def layouts_forget() -> None:
    """Forget what is kept (tests)."""
    _kept.clear()


def _xml(scene: Scene, step: FormStep) -> str:
    key = (str(scene.visit.portal.organization_id), step.table, step.form_name)
    known = _kept.get(key)
    if known and time.monotonic() - known[0] < KEPT:
        return known[1]
    found = _read(scene, step)
    with _lock:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (time.monotonic(), found)
    return found


def _read(scene: Scene, step: FormStep) -> str:
    where = f"objecttypecode eq {quoted(step.table)} and name eq {quoted(step.form_name)} and type eq {MAIN}"
    try:
        row = next(iter(scene.rows.rows("systemforms", select=("formxml",), filter=where, top=1)), None)
    except Unavailable as problem:
        if not problem.permanent:
            raise
        return ""  # an organization that does not tell of its forms
    return str((row or {}).get("formxml") or "")


def _names(xml: str, tab_name: str) -> Iterator[str]:
    """The columns of the form's controls that people see and may change."""
    if not xml or len(xml) > LONGEST:
        return
    try:
        root = ElementTree.fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError):
        return
    for tab in root.iter("tab"):
        if (tab_name and tab.get("name") == tab_name) or (not tab_name and _is_seen(tab)):
            yield from _of_tab(tab)


def _of_tab(tab: Element) -> Iterator[str]:
    for section in tab.iter("section"):
        for cell in section.iter("cell") if _is_seen(section) else ():
            control = cell.find("control")
            name = control.get("datafieldname", "") if control is not None and _is_seen(cell) else ""
            if name and control is not None and control.get("disabled", "").lower() != "true":
                yield name.lower()


def _is_seen(element: Element) -> bool:
    return element.get("visible", "").lower() not in _HIDDEN
