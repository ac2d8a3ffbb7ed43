"""What one page may cost. Shared by everything that a page includes, renders or extends."""

from __future__ import annotations

import time

from liquid.exceptions import LiquidError, LoopIterationLimitError

SECONDS = 2.0  # of this thread's own work: a busy machine must not turn honest pages away
TURNS = 20_000  # of all loops of the page together
TEXT = 1_000_000  # characters of one value
ITEMS = 20_000  # of one list
DIGITS = 300  # of one number
LOOK_AT_CLOCK = 64  # operations between two looks


class BudgetSpent(LiquidError):
    """A page has taken longer, or made something larger, than it may."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, token=None)


class Budget:
    """Counts down one page's allowance."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._ends_at = time.thread_time() + seconds
        self._operations = 0
        self._turns = 0

    def tick(self) -> None:
        """One more operation. Raises :class:`BudgetSpent` when the time is over."""
        self._operations += 1
        if self._operations % LOOK_AT_CLOCK == 0 and time.thread_time() > self._ends_at:
            raise BudgetSpent(f"the page took longer than {SECONDS:g} s")

    def turns(self, count: int) -> None:
        """``count`` more turns of a loop are about to be made."""
        self._turns += count
        if self._turns > TURNS:
            raise LoopIterationLimitError(f"the page's loops take more than {TURNS} turns", token=None)
        self.tick()


def value_check(value: object) -> None:
    """Raises :class:`BudgetSpent` for a value no page needs."""
    if isinstance(value, str):
        _at_most(len(value), TEXT, "characters in one text")
    elif isinstance(value, (list, tuple)):
        _at_most(len(value), ITEMS, "items in one list")
    elif isinstance(value, int):
        _at_most(value.bit_length() * 3 // 10, DIGITS, "digits in one number")


def _at_most(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise BudgetSpent(f"more than {limit} {what}")
