"""What the product line's Liquid writes otherwise than the library reads: told apart before a template is parsed."""

from __future__ import annotations

import re
from typing import Any

from liquid.builtin.expressions.logical import ContainsExpression

STARTS, ENDS = "\x02", "\x03"  # no template holds these: they mark an operator until the tree is made
_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_ELSEIF = re.compile(r"(\{%-?\s*)elseif\b")
_ARGUMENTS = re.compile(r"\{%-?\s*(?:include|editable|entityform|entitylist|webform|searchindex)\b")
_NO_COMMA = re.compile(r"""(:\s*(?:"[^"]*"|'[^']*'|[\w.\-]+(?:\[[^\]]*\])*))\s+(?=\w+\s*:)""")
_OPERATOR = re.compile(r"\b(startswith|endswith)\s+([\"'])")


def source_prepare(source: str) -> str:
    """``elseif`` as ``elsif``, commas between arguments, ``startswith`` and ``endswith`` marked."""
    return _TAG.sub(lambda tag: _prepared(tag[0]), source.replace(STARTS, "").replace(ENDS, ""))


def _prepared(tag: str) -> str:
    tag = _OPERATOR.sub(_marked, _ELSEIF.sub(r"\1elsif", tag))
    return _NO_COMMA.sub(r"\1, ", tag) if _ARGUMENTS.match(tag) else tag


def _marked(found: re.Match[str]) -> str:
    return f"contains {found[2]}{STARTS if found[1] == 'startswith' else ENDS}"


class StartsOrEnds(ContainsExpression):
    """``a startswith "b"``, ``a endswith "b"``: a comparison that the library does not have."""

    __slots__ = ()

    def evaluate(self, context: Any) -> bool:
        text, marked = str(self.left.evaluate(context) or ""), str(self.right.evaluate(context))
        return text.startswith(marked[1:]) if marked[0] == STARTS else text.endswith(marked[1:])
