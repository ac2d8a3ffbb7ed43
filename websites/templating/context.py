"""The render context that asks the budget before every step a template takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from liquid import BoundTemplate, RenderContext

from websites.templating.budget import Budget, value_check


class BudgetedContext(RenderContext):
    """Spends from the same :class:`Budget` as the context it was copied from.

    The library's own loop limit multiplies nested loops only; here the turns of all loops of a page are added up, and
    every look-up, assignment, filter and inclusion looks at the clock now and then.
    """

    def __init__(self, template: BoundTemplate, **options: Any) -> None:
        super().__init__(template, **options)
        parent = options.get("parent_context")
        self.budget: Budget = parent.budget if isinstance(parent, BudgetedContext) else Budget()

    def get(self, path: list[object], **options: Any) -> object:
        self.budget.tick()
        return super().get(path, **options)

    def assign(self, key: str, val: Any) -> None:
        self.budget.tick()
        value_check(val)
        super().assign(key, val)

    def filter(self, name: str, token: Any) -> Callable[..., object]:
        self.budget.tick()
        return _checked(super().filter(name, token))

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.budget.turns(length)

    @contextmanager
    def extend(self, namespace: Mapping[str, object], template: BoundTemplate | None = None) -> Iterator[RenderContext]:
        self.budget.tick()
        with super().extend(namespace, template) as extended:
            yield extended


class BudgetedTemplate(BoundTemplate):
    context_class = BudgetedContext


def _checked(filter_: Callable[..., object]) -> Callable[..., object]:
    """The filter, refusing values that are too large on either side."""

    def checked(*arguments: Any, **options: Any) -> object:
        for argument in arguments:
            value_check(argument)
        found = filter_(*arguments, **options)
        value_check(found)
        return found

    return checked
