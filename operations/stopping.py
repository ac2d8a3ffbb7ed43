"""Tells the pool's children that the worker was asked to stop, so that they let go of a run between two steps.

One byte of shared memory, made before the children are forked: a signal would reach the parent only.
"""

from __future__ import annotations

import mmap

_flag = mmap.mmap(-1, 1)


def ask() -> None:
    """The worker is to stop."""
    _flag[0] = 1


def is_asked() -> bool:
    """Whether the worker was asked to stop."""
    return _flag[0] == 1


def forget() -> None:
    """A new worker begins in this process."""
    _flag[0] = 0
