"""$select, $filter and $expand over definitions. They are in memory, so the filter is evaluated here and not by the
database; as on the platform, definitions are not paged, and an option that is not served is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odata_query import ast

from organizations.embedded.errors import NAMESPACE, DataverseError, bad_request, not_served
from organizations.embedded.metadata.parts import Definition
from organizations.embedded.query.filter import filter_parse
from organizations.embedded.query.options import Expand, expand_parse
from organizations.embedded.query.tokens import restored

_SERVED = frozenset({"$select", "$filter", "$expand", "$count", "$format"})
_NEVER_SELECTED = ("@odata.type",)
Finder = Callable[[Definition, str], Any]


@dataclass(frozen=True)
class Asked:
    """The options of a request for definitions, or of one expand."""

    select: tuple[str, ...] | None = None
    filter: ast._Node | None = None
    expand: tuple[Expand, ...] = ()
    count: bool = False


def asked_parse(query: Iterable[tuple[str, str]]) -> Asked:
    """The options.

    Raises:
        DataverseError: 400, an option is unknown, not supported for definitions, or named twice.
    """
    told: dict[str, str] = {}
    for name, value in query:
        if name not in _SERVED or name in told:
            raise bad_request(f"The query parameter {name} is not supported.")
        told[name] = value
    if told.get("$count", "false") not in ("true", "false"):
        raise bad_request(f"Invalid value '{told['$count'][:40]}' for $count query option found.")
    select = told.get("$select", "").strip()
    return Asked(
        select=tuple(dict.fromkeys(part.strip() for part in select.split(","))) if select else None,
        filter=filter_parse(told["$filter"]) if "$filter" in told else None,
        expand=expand_parse(told.get("$expand", "")),
        count=told.get("$count") == "true",
    )


def kept(asked: Asked, definitions: Sequence[Definition], type_: str) -> list[Definition]:
    """Those that pass the filter."""
    if asked.filter is None:
        return list(definitions)
    return [one for one in definitions if _holds(asked.filter, one, type_)]


def shown(asked: Asked, definition: Definition, type_: str, navigations: Mapping[str, str], find: Finder) -> Definition:
    """What is shown of a definition: what was selected and expanded.

    Args:
        type_: its class, for messages.
        navigations: what can be expanded, by name, with the class of what is there.
        find: gives what a navigation leads to: a definition, a list of them or None.
    """
    seen = {name: value for name, value in definition.items() if name not in navigations}
    if asked.select is not None:
        for name in asked.select:
            if name not in seen:
                raise missing(name, type_)
        wanted = {*asked.select, *_NEVER_SELECTED, "MetadataId"}
        seen = {name: value for name, value in seen.items() if name in wanted}
    for expand in asked.expand:
        if expand.navigation not in navigations:
            raise missing(expand.navigation, type_)
        found = find(definition, expand.navigation)
        seen[expand.navigation] = _inner(expand, found, navigations[expand.navigation])
    return seen


def _inner(expand: Expand, found: Any, type_: str) -> Any:
    asked = asked_parse(expand.inner)
    if found is None:
        return None
    if isinstance(found, list):
        return [shown(asked, one, type_, _options_in(one), dict.get) for one in kept(asked, found, type_)]
    if asked.filter is not None or asked.count:
        raise bad_request(f"$expand of '{expand.navigation}' takes $select only.")
    return shown(asked, found, type_, {}, dict.get)


def _options_in(definition: Definition) -> Mapping[str, str]:
    """Attributes with choices have more to expand."""
    names = [name for name in ("OptionSet", "GlobalOptionSet") if name in definition]
    return dict.fromkeys(names, "OptionSetMetadata")


def missing(name: str, type_: str) -> DataverseError:
    return bad_request(f"Could not find a property named '{name}' on type '{NAMESPACE}.{type_}'.")


# --- The filter


def _holds(node: ast._Node, one: Definition, type_: str) -> bool:
    if isinstance(node, ast.BoolOp):
        left, right = _holds(node.left, one, type_), _holds(node.right, one, type_)  # both: a wrong name is a 400
        return (left and right) if isinstance(node.op, ast.And) else (left or right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _holds(node.operand, one, type_)
    if isinstance(node, ast.Compare):
        return _compares(node, one, type_)
    if isinstance(node, ast.Call):
        return _calls(node, one, type_)
    found = _value(node, one, type_)
    if not isinstance(found, bool):
        raise bad_request("The filter is not a condition.")
    return found


def _compares(node: ast.Compare, one: Definition, type_: str) -> bool:
    left = _value(node.left, one, type_)
    if isinstance(node.comparator, ast.In) and isinstance(node.right, ast.List):
        return left in [_literal(item, left) for item in node.right.val]
    right = _literal(node.right, left)
    if isinstance(node.comparator, ast.Eq | ast.NotEq):
        return bool(left == right) is isinstance(node.comparator, ast.Eq)
    if not isinstance(left, int | float) or isinstance(left, bool) or not isinstance(right, int | float):
        raise bad_request("Only numbers can be ordered in a filter of definitions.")
    return {"Lt": left < right, "LtE": left <= right, "Gt": left > right, "GtE": left >= right}[
        type(node.comparator).__name__
    ]


def _calls(node: ast.Call, one: Definition, type_: str) -> bool:
    name = node.func.name
    if node.func.namespace or name not in ("contains", "startswith", "endswith") or len(node.args) != 2:
        raise not_served(f"The function '{name}' in a filter of definitions")
    subject, text = _value(node.args[0], one, type_), node.args[1]
    if not isinstance(subject, str) or not isinstance(text, ast.String):
        raise bad_request(f"No function signature for '{name}' matches the arguments.")
    if name == "contains":
        return text.val in subject
    return subject.startswith(text.val) if name == "startswith" else subject.endswith(text.val)


def _value(node: ast._Node, one: Definition, type_: str) -> Any:
    """The property that a path such as ``IsCustomizable/Value`` names."""
    if isinstance(node, ast.Attribute):
        owner, name = _value(node.owner, one, type_), restored(str(node.attr))
        if not isinstance(owner, dict) or name not in owner:
            raise missing(name, type_)
        return owner[name]
    if not isinstance(node, ast.Identifier):
        raise not_served(f"'{type(node).__name__}' in a filter of definitions")
    if restored(node.name) not in one:
        raise missing(restored(node.name), type_)
    return one[restored(node.name)]


def _literal(node: ast._Node, left: Any) -> Any:
    """The literal's value; it must be of the property's own type."""
    if isinstance(node, ast.Null):
        return None
    text = getattr(node, "val", None)
    if isinstance(node, ast.Boolean) and isinstance(left, bool | None):
        return str(text).lower() == "true"
    if isinstance(node, ast.Integer) and not isinstance(left, bool | str | dict | list):
        return int(str(text))
    if isinstance(node, ast.String | ast.GUID) and isinstance(left, str | None):
        return str(text)
    raise bad_request("A binary operator with incompatible types was detected in a filter of definitions.")
