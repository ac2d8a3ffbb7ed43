"""What is done to a template's tree once it is parsed, before it is ever rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from liquid.ast import Node
from liquid.builtin.expressions.logical import ContainsExpression
from liquid.builtin.expressions.primitive import Blank, Empty, RangeLiteral, StringLiteral
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression

from websites.templating.dialect import ENDS, STARTS, StartsOrEnds


class NilIsBlank(Blank):
    """``blank`` as the product line has it: nil is blank too (the library says it is not)."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other is None or super().__eq__(other)

    __hash__ = Blank.__hash__


class NilIsEmpty(Empty):
    """``empty``, likewise."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other is None or super().__eq__(other)

    __hash__ = Empty.__hash__


def tree_prepare(nodes: Iterable[Node], context: Any) -> None:
    """Correct ``blank``, ``empty`` and the operators that the library does not have, in place.

    Raises:
        LiquidSyntaxError: a range outside a loop: ``contains`` and filters would walk through all of it.
    """
    for expression in _expressions(nodes, context):
        if isinstance(expression, RangeLiteral):
            raise LiquidSyntaxError("a range may be used in a for or tablerow tag only", token=expression.token)
        if type(expression) is Blank:
            expression.__class__ = NilIsBlank
        elif type(expression) is Empty:
            expression.__class__ = NilIsEmpty
        elif type(expression) is ContainsExpression and _is_marked(expression.right):
            expression.__class__ = StartsOrEnds


def _is_marked(operand: Expression) -> bool:
    return isinstance(operand, StringLiteral) and str(operand.value).startswith((STARTS, ENDS))


def _expressions(nodes: Iterable[Node], context: Any) -> Iterator[Expression]:
    for node in nodes:
        for expression in node.expressions():
            yield from _within(expression)
        yield from _expressions(node.children(context, include_partials=False), context)


def _within(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        yield from _within(child)
