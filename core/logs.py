"""Structured logs on standard output: one line an event, as key=value or JSON, without secrets.

Standard output is all: whoever runs the process decides where it goes, and a full disk stops nobody's work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.typing import EventDict, Processor

FORMATS = ("logfmt", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
HIDDEN = "[hidden]"
DEEPEST = 6

# Names whose values are never written, whatever they hold.
SECRET_NAMES = re.compile(
    r"password|passwd|secret|authorization|cookie|shared_?key|private_?key|api_?key|keyring|session_?key|csrf|"
    r"(^|_)(token|pfx|assertion)$",
    re.IGNORECASE,
)
# Values that are secrets wherever they stand: in a sentence, an address, a traceback.
SECRET_VALUES = re.compile(
    r"pct_[A-Za-z0-9]{40}"  # our API tokens
    r"|(?<=sign-in-link/)[\w-]+"
    r"|(?i:(?<=bearer )|(?<=basic ))[\w.~+/=-]{8,}"
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # JSON web tokens
    r"|v1:[^:\s]{1,40}:[A-Za-z0-9+/]{24,}=*"  # sealed secrets
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user:password in an address
    r"|(?i:(?<=password=)|(?<=client_secret=)|(?<=client_assertion=)|(?<=sharedaccesskey=))[^&\s\"']+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----",
    re.DOTALL,
)


def logging_config(*, format: str, level: str) -> dict[str, Any]:
    """``settings.LOGGING``; also sets up structlog, so that both kinds of loggers write the same lines.

    Raises:
        ImproperlyConfigured: an unknown format or level.
    """
    _require("PORTAL_LOG_FORMAT", format, FORMATS)
    _require("PORTAL_LOG_LEVEL", level, LEVELS)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_shared(), structlog.stdlib.ExtraAdder()],
                "processors": [*_last(), _renderer(format)],
            }
        },
        "handlers": {
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"},
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {name: {"level": quiet} for name, quiet in QUIETER.items()},
    }


# Loggers that would say again, or in too many lines, what is said already.
QUIETER = {
    "django.request": "CRITICAL",  # request_finished tells the status, request_broke the error
    "django.db.backends": "WARNING",
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "msal": "WARNING",
    "kombu": "WARNING",
    "amqp": "WARNING",
}


def secrets_hide(logger: object, method: str, event: EventDict) -> EventDict:
    """The last processor before a line is written: nothing secret leaves the process."""
    return {name: _hidden(name, value) for name, value in event.items()}


def text_hide(text: str) -> str:
    """``text`` without what looks like a secret."""
    return SECRET_VALUES.sub(HIDDEN, text)


def _hidden(name: str, value: Any, depth: int = 0) -> Any:
    if SECRET_NAMES.search(name) and value not in (None, "", True, False):
        return HIDDEN
    if isinstance(value, str):
        return text_hide(value)
    if depth >= DEEPEST or value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(inner): _hidden(str(inner), one, depth + 1) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", one, depth + 1) for one in value]
    return text_hide(str(value))


def _shared() -> list[Processor]:
    """What every line gets, from our loggers and from libraries'."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _last() -> list[Processor]:
    """Tracebacks as plain text, without the values of local variables: those may be secrets."""
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        secrets_hide,
    ]


def _renderer(format: str) -> Processor:
    if format == "json":
        return structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
    return _logfmt


def _logfmt(logger: object, method: str, event: EventDict) -> str:
    """key=value on one line, time, level and event first; names that logfmt cannot carry are made to fit."""
    first = ("timestamp", "level", "event")
    ordered = {name: event.pop(name) for name in first if name in event}
    fitting = {re.sub(r'[\s="]', "_", str(name)): value for name, value in {**ordered, **event}.items()}
    line = _LOGFMT(logger, method, fitting)
    return str(line)


_LOGFMT = structlog.processors.LogfmtRenderer(bool_as_flag=False)


def _require(name: str, found: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        raise ImproperlyConfigured(f"{name} holds {found!r}; {', '.join(allowed)} are allowed.")
