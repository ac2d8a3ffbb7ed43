"""$filter: parsed by odata-query, every name resolved through the registry, every literal checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from organizations.embedded.call import Call
from organizations.embedded.errors import DataverseError, bad_request, not_served, property_missing
from organizations.embedded.models import Rows, rows_in
from organizations.embedded.query import conditions
from organizations.embedded.query.literals import literal_value, text_value
from organizations.embedded.query.many import many_of
from organizations.embedded.query.options import column_named
from organizations.embedded.query.tokens import prepare, restored
from organizations.embedded.registry import TABLES, Column, Table, Type
from organizations.embedded.rights import rows_for

OUR_FUNCTIONS = frozenset({"In", "NotIn", "Between", "NotBetween"})


def filter_compile(call: Call, table: Table, text: str) -> Q:
    """The rows of ``table`` that the filter names, as a condition.

    Raises:
        DataverseError: 400 for what is wrong, 501 for what is right and not served.
    """
    if not text.strip():
        raise bad_request("The value of $filter is empty.")
    try:
        return _Compiler(call, table).compile(filter_parse(text))
    except RecursionError as deep:
        raise bad_request("The filter is nested too deeply.") from deep


def filter_parse(text: str) -> ast._Node:
    """The filter as odata-query's tree, names still as :func:`prepare` wrote them.

    Raises:
        DataverseError: 400, a syntax error.
    """
    try:
        found = ODataParser().parse(ODataLexer().tokenize(prepare(text)))
    except (ODataException, AttributeError, TypeError, ValueError, NotImplementedError) as wrong:
        raise bad_request(f"Syntax error in the filter '{text[:200]}'.") from wrong
    if not isinstance(found, ast._Node):
        raise bad_request(f"Syntax error in the filter '{text[:200]}'.")
    return found


@dataclass(frozen=True)
class _Compiler:
    """Compiles for one table; ``variable`` is the lambda's own name inside ``any(r:…)``."""

    call: Call
    table: Table
    variable: str = ""

    def compile(self, node: ast._Node) -> Q:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise not_served(f"'{type(node).__name__}' in a filter")
        found: Q = method(node)
        return found

    # --- and, or, not

    def _boolop(self, node: ast.BoolOp) -> Q:
        """A chain of the same word is compiled flat, so that thousands of ``or`` are no deep nesting."""
        parts = [node.right]
        first = node.left
        while isinstance(first, ast.BoolOp) and type(first.op) is type(node.op):
            parts.append(first.right)
            first = first.left
        connector = Q.AND if isinstance(node.op, ast.And) else Q.OR
        return Q(*(self.compile(part) for part in (first, *reversed(parts))), _connector=connector)

    def _unaryop(self, node: ast.UnaryOp) -> Q:
        if not isinstance(node.op, ast.Not):
            raise not_served("Arithmetic in a filter")
        return ~self.compile(node.operand)

    # --- comparisons

    def _compare(self, node: ast.Compare) -> Q:
        path = self._path(node.left)
        if len(path) > 1:
            return self._through(path, replace(node, left=ast.Identifier(path[-1])))
        column = column_named(self.table, path[0])
        if isinstance(node.right, ast.Identifier | ast.Attribute):
            raise not_served("Comparing two columns")
        if isinstance(node.comparator, ast.In):
            return conditions.is_in(column, [literal_value(column, item) for item in _members(node.right)])
        if isinstance(node.right, ast.Null):
            return self._compare_null(column, node.comparator)
        value = literal_value(column, node.right)
        if isinstance(node.comparator, ast.Eq):
            return conditions.equals(column, value)
        if isinstance(node.comparator, ast.NotEq):
            return conditions.differs(column, value)
        if column.type.is_guid or column.type is Type.BOOLEAN:
            raise bad_request(f"The property '{column.property_name}' cannot be ordered.")
        return conditions.is_ordered(type(node.comparator).__name__, column, value)

    def _compare_null(self, column: Column, comparator: ast._Comparator) -> Q:
        if isinstance(comparator, ast.Eq):
            return conditions.is_null(column)
        if isinstance(comparator, ast.NotEq):
            return ~conditions.is_null(column)
        raise bad_request("null can be compared with eq and ne only.")

    def _identifier(self, node: ast.Identifier) -> Q:
        return self._bare(node)

    def _attribute(self, node: ast.Attribute) -> Q:
        return self._bare(node)

    def _bare(self, node: ast._Node) -> Q:
        """A boolean column by itself is a condition."""
        path = self._path(node)
        if len(path) > 1:
            return self._through(path, ast.Identifier(path[-1]))
        column = column_named(self.table, path[0])
        if column.type is not Type.BOOLEAN:
            raise bad_request(f"The property '{column.property_name}' is not a condition.")
        return conditions.is_true(column)

    # --- functions

    def _call(self, node: ast.Call) -> Q:
        if node.func.namespace == ("Microsoft", "Dynamics", "CRM"):
            return self._platform_function(node)
        if node.func.name not in conditions.TEXT_FUNCTIONS or node.func.namespace:
            raise not_served(f"The function '{_name(node.func)}'")
        subject, text = node.args
        path = self._path(subject)
        if len(path) > 1:
            return self._through(path, replace(node, args=[ast.Identifier(path[-1]), text]))
        column = column_named(self.table, path[0])
        if not column.type.is_text or not isinstance(text, ast.String):
            raise bad_request(f"No function signature for '{node.func.name}' matches the arguments.")
        return conditions.matches(node.func.name, column, text.val)

    def _platform_function(self, node: ast.Call) -> Q:
        if node.func.name not in OUR_FUNCTIONS:
            raise not_served(f"The function '{_name(node.func)}'")
        told = {item.name.name: item.param for item in node.args if isinstance(item, ast.NamedParam)}
        name, listed = told.get("PropertyName"), told.get("PropertyValues")
        if not isinstance(name, ast.String) or not isinstance(listed, ast.List) or len(told) != 2:
            raise bad_request(f"The function '{node.func.name}' needs PropertyName and PropertyValues.")
        column = column_named(self.table, name.val)
        values = [text_value(column, str(getattr(item, "val", ""))) for item in listed.val]
        if node.func.name.endswith("Between"):
            if len(values) != 2:
                raise bad_request(f"The function '{node.func.name}' needs two values.")
            found = conditions.is_between(column, values[0], values[1])
        else:
            found = conditions.is_in(column, values)
        return ~found if node.func.name.startswith("Not") else found

    # --- other tables

    def _through(self, path: list[str], leaf: Any) -> Q:
        """A condition on a column of the row that a lookup leads to; where it leads to none, all columns are null."""
        found = self.table.single_navigation(path[0])
        if found is None:
            raise property_missing(path[0], self.table)
        lookup, target = found[0], TABLES[found[1]]
        inner = leaf
        if len(path) > 2:
            inner = _with_path(leaf, path[1:])
        condition = _Compiler(self.call, target).compile(inner)
        rows = rows_for(self.call, target).filter(condition)
        reached = Q(**{f"{lookup.name}__in": rows.values(target.primary_id), f"{lookup.name}__isnull": False})
        return reached | ~self._leads_somewhere(lookup, target) if _holds_for_null(leaf) else reached

    def _leads_somewhere(self, lookup: Column, target: Table) -> Q:
        rows = rows_in(self.call.tenant, target.name)
        return Q(**{f"{lookup.name}__in": rows.values(target.primary_id), f"{lookup.name}__isnull": False})

    def _collectionlambda(self, node: ast.CollectionLambda) -> Q:
        path = self._path(node.owner)
        if len(path) > 1:
            return self._through(path, replace(node, owner=ast.Identifier(path[-1])))
        many = many_of(self.table, path[0])
        if many is None:
            raise property_missing(path[0], self.table)
        rows = rows_for(self.call, many.target) if self.call.has(many.target) else _no_rows(self.call, many.target)
        if node.lambda_ is None:
            return many.has_any(self.call, rows)
        inner = _Compiler(self.call, many.target, variable=restored(node.lambda_.identifier.name))
        condition = inner.compile(node.lambda_.expression)
        if isinstance(node.operator, ast.Any):
            return many.has_any(self.call, rows.filter(condition))
        return ~many.has_any(self.call, rows.filter(~condition))

    def _path(self, node: ast._Node) -> list[str]:
        """``a/b/c`` as names; inside a lambda without the lambda's variable."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.insert(0, restored(str(node.attr)))
            node = node.owner
        if not isinstance(node, ast.Identifier):
            raise _no_path(node)
        names.insert(0, restored(node.name))
        if self.variable:
            if names[0] != self.variable or len(names) == 1:
                raise not_served("A condition on something other than the lambda's variable")
            names.pop(0)
        return names


def _no_rows(call: Call, target: Table) -> Rows:
    return rows_in(call.tenant, target.name).none()


def _name(identifier: ast.Identifier) -> str:
    return ".".join((*identifier.namespace, identifier.name))


def _members(node: ast._Node) -> list[ast._Literal]:
    if not isinstance(node, ast.List):
        raise bad_request("'in' needs a list of literals.")
    return node.val


def _with_path(leaf: Any, path: list[str]) -> Any:
    node: ast._Node = ast.Identifier(path[0])
    for name in path[1:]:
        node = ast.Attribute(node, name)
    if isinstance(leaf, ast.Compare):
        return replace(leaf, left=node)
    if isinstance(leaf, ast.Call):
        return replace(leaf, args=[node, leaf.args[1]])
    if isinstance(leaf, ast.CollectionLambda):
        return replace(leaf, owner=node)
    return node


def _holds_for_null(leaf: object) -> bool:
    if not isinstance(leaf, ast.Compare):
        return False
    is_about_null = isinstance(leaf.right, ast.Null)
    return isinstance(leaf.comparator, ast.Eq) if is_about_null else isinstance(leaf.comparator, ast.NotEq)


def _no_path(node: ast._Node) -> DataverseError:
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        return not_served("Arithmetic in a filter")
    if isinstance(node, ast.Call):
        return not_served(f"The function '{_name(node.func)}' as an operand")
    return bad_request("A comparison needs a property on its left side.")
