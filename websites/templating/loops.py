"""``for`` and ``tablerow`` that look at a sequence's length before anything goes through it."""

from __future__ import annotations

from typing import Any

from liquid.builtin.expressions import LoopExpression
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.exceptions import LoopIterationLimitError
from liquid.expression import Expression

from websites.templating.budget import TURNS


class ShortSequence(Expression):
    """The sequence of a loop, its length known: ``reversed`` and ``offset`` walk through it before the loop begins."""

    __slots__ = ("sequence",)

    def __init__(self, sequence: Expression) -> None:
        super().__init__(sequence.token)
        self.sequence = sequence

    def __str__(self) -> str:
        return str(self.sequence)

    def evaluate(self, context: Any) -> object:
        found = self.sequence.evaluate(context)
        if isinstance(found, range) and found.stop - found.start > TURNS:
            raise LoopIterationLimitError(f"a range of more than {TURNS} numbers", token=self.token)
        return found

    def children(self) -> list[Expression]:
        return list(self.sequence.children()) if isinstance(self.sequence, RangeLiteral) else [self.sequence]


class ShortForNode(ForNode):
    def __init__(self, token: Any, expression: LoopExpression, block: Any, default: Any = None) -> None:
        expression.iterable = ShortSequence(expression.iterable)
        super().__init__(token, expression, block, default)


class ShortTablerowNode(TablerowNode):
    def __init__(self, token: Any, expression: LoopExpression, block: Any) -> None:
        expression.iterable = ShortSequence(expression.iterable)
        super().__init__(token, expression, block)


class ShortForTag(ForTag):
    node_class = ShortForNode


class ShortTablerowTag(TablerowTag):
    node_class = ShortTablerowNode
