"""Filters over addresses: parts of a URL, and parameters put in or taken out."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

PORTS = {"http": 80, "https": 443}


def add_query(value: object, name: object = "", parameter: object = "") -> str:
    """The address with ``name`` set to ``parameter``."""
    url = _split(value)
    kept = [pair for pair in parse_qsl(url.query, keep_blank_values=True) if pair[0] != str(name)]
    return url._replace(query=urlencode([*kept, (str(name), "" if parameter is None else str(parameter))])).geturl()


def remove_query(value: object, name: object = "") -> str:
    """The address without the parameter."""
    url = _split(value)
    kept = [pair for pair in parse_qsl(url.query, keep_blank_values=True) if pair[0] != str(name)]
    return url._replace(query=urlencode(kept)).geturl()


def base(value: object) -> str:
    """Scheme and host: ``https://support.example``."""
    url = _split(value)
    return f"{url.scheme}://{url.netloc}" if url.netloc else ""


def host(value: object) -> str:
    return _split(value).hostname or ""


def path(value: object) -> str:
    return _split(value).path


def path_and_query(value: object) -> str:
    url = _split(value)
    return url.path + (f"?{url.query}" if url.query else "")


def port(value: object) -> int | None:
    url = _split(value)
    try:
        return url.port or PORTS.get(url.scheme)
    except ValueError:
        return None


def scheme(value: object) -> str:
    return _split(value).scheme


def _split(value: object) -> SplitResult:
    """What is no address has no parts."""
    try:
        return urlsplit("" if value is None else str(value))
    except ValueError:
        return urlsplit("")


URL_FILTERS: dict[str, Any] = {
    "add_query": add_query,
    "remove_query": remove_query,
    "base": base,
    "host": host,
    "path": path,
    "path_and_query": path_and_query,
    "port": port,
    "scheme": scheme,
}
