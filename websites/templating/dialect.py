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
_OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_LOOP = re.compile(r"\{%-?\s*(?:for|tablerow)\b")
_MANY = re.compile(r"\{%-?\s*liquid\b")  # a tag of many lines, loops among them
# Words of a loop that are names of variables elsewhere; the library takes them for a loop's everywhere. Texts stay.
_NAMES = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.\-])(limit|offset|cols)(?![\w\-])""")
_LOOP_NAMES = re.compile(_NAMES.pattern + r"(?!\s*:)")


def source_prepare(source: str) -> str:
    """``elseif`` as ``elsif``, commas between arguments, operators marked, variables named like a loop's words."""
    tags = _TAG.sub(lambda tag: _prepared(tag[0]), source.replace(STARTS, "").replace(ENDS, ""))
    return _OUTPUT.sub(lambda output: _NAMES.sub(_named, output[0]), tags)


def _prepared(tag: str) -> str:
    tag = _OPERATOR.sub(_marked, _ELSEIF.sub(r"\1elsif", tag))
    if not _MANY.match(tag):
        tag = (_LOOP_NAMES if _LOOP.match(tag) else _NAMES).sub(_named, tag)
    return _NO_COMMA.sub(r"\1, ", tag) if _ARGUMENTS.match(tag) else tag


def _named(found: re.Match[str]) -> str:
    return found[1] or f"{found[2]}__"


def _marked(found: re.Match[str]) -> str:
    return f"contains {found[2]}{STARTS if found[1] == 'startswith' else ENDS}"


class StartsOrEnds(ContainsExpression):
    """``a startswith "b"``, ``a endswith "b"``: a comparison that the library does not have."""

    __slots__ = ()

    def evaluate(self, context: Any) -> bool:
        text, marked = str(self.left.evaluate(context) or ""), str(self.right.evaluate(context))
        return text.startswith(marked[1:]) if marked[0] == STARTS else text.endswith(marked[1:])
