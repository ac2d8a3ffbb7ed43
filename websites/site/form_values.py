"""Web forms and entity forms of a site: forms of one or several steps that the organization's people put on pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum


class StepKind(IntEnum):
    """adx_webformstep.adx_type"""

    CONDITION = 100000000
    FORM = 100000001
    TAB = 100000002
    USER_CONTROL = 100000003
    REDIRECT = 100000004


class Mode(IntEnum):
    """adx_mode, of steps and of entity forms."""

    INSERT = 100000000
    EDIT = 100000001
    READ_ONLY = 100000002


class Source(Enum):
    """Which row a step edits or shows."""

    QUERY = "query"
    USER = "user"
    PREVIOUS = "previous"
    RECORD_OF_USER = "record of user"


class Filling(IntEnum):
    """adx_prepopulatetype and adx_onsavetype: where a value comes from."""

    VALUE = 100000000
    TODAY = 100000001
    USER = 100000002


class Progress(IntEnum):
    """adx_webform.adx_progressindicatortype"""

    TITLE = 756150000
    NUMERIC = 756150001
    BAR = 756150002


@dataclass(frozen=True)
class FilledBy:
    """A value that nobody types: a constant, today's date, or a column of the visitor's contact."""

    kind: Filling
    value: str = ""
    attribute: str = ""


@dataclass(frozen=True)
class FormField:
    """A column on a step. Empty texts: as the organization's definition of the column says."""

    name: str
    label: str = ""
    help: str = ""
    is_required: bool = False
    required_error: str = ""
    pattern: str = ""
    pattern_error: str = ""
    starts_with: FilledBy | None = None
    on_save: FilledBy | None = None


@dataclass(frozen=True)
class FormFile:
    """A file that may, or must, come with a step.

    Args:
        label: in place of the site's own word.
        accept: MIME types (``image/*``) and extensions (``.pdf``), as the form's makers wrote them.
        is_restricted: nothing else is taken; else ``accept`` is what browsers offer first.
        kilobytes: the most; 0 for as much as the portal takes.
    """

    label: str = ""
    accept: str = ""
    is_restricted: bool = False
    is_required: bool = False
    kilobytes: int = 0


@dataclass(frozen=True)
class FormStep:
    """A step: a form, a question that decides what comes next, or the way out."""

    id: str
    name: str
    title: str
    kind: StepKind
    mode: Mode = Mode.INSERT
    table: str = ""
    next_id: str = ""
    condition: str = ""
    else_id: str = ""
    fields: tuple[FormField, ...] = ()
    form_name: str = ""  # of the organization's form that says which fields, and of one tab of it
    tab_name: str = ""
    source: Source = Source.QUERY
    source_step_id: str = ""
    query_name: str = ""
    may_go_back: bool = True
    all_required: bool = False
    user_lookup: str = ""  # column that is to lead to the visitor's contact
    next_text: str = ""
    previous_text: str = ""
    instructions: str = ""
    success: str = ""
    redirect_page_id: str = ""
    redirect_url: str = ""
    file: FormFile | None = None


@dataclass(frozen=True)
class WebForm:
    """A form of one or several steps. ``is_single``: an entity form, which needs no session."""

    id: str
    name: str
    start_id: str
    steps: Mapping[str, FormStep]
    needs_sign_in: bool = False
    starts_anew: bool = False
    progress: Progress | None = None
    is_single: bool = False
