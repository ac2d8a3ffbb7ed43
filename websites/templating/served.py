"""Tags of the product line that stand for something of the site's: a form, a list, a chart.

A feature may serve one (:func:`tag_serve`); a tag that nobody serves leaves an HTML comment that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from liquid import escape
from liquid.ast import Node
from liquid.builtin.expressions import KeywordArgument
from liquid.exceptions import LiquidSyntaxError
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_TAG, Token

if TYPE_CHECKING:
    from websites.objects.scene import Scene

BACKSTAGE = "(backstage)"  # what tags find of the scene; no template can do anything with it
TagRender = Callable[["Scene", Mapping[str, object]], str]
ALONE = ("entityform", "webform", "chart", "powerbi", "rating", "codecomponent")
BLOCKS = ("entitylist", "entityview", "manifest")
_served: dict[str, TagRender] = {}


def tag_serve(name: str, render: TagRender) -> None:
    """Let ``render`` make the HTML of the tag ``name`` (one of :data:`ALONE` or :data:`BLOCKS`).

    It is given the scene and the tag's named arguments, and returns HTML that is safe: escape what people wrote. It
    may raise :class:`websites.errors.SignInNeeded`, ``PageDenied`` or ``PageMissing``.
    """
    if name not in (*ALONE, *BLOCKS):
        raise ValueError(f"{name} is not a tag that a feature can serve.")
    _served[name] = render


def tags_served() -> frozenset[str]:
    return frozenset(_served)


class ServedNode(Node):
    """The tag's HTML, or the comment that it is not served."""

    def __init__(self, token: Token, name: str, arguments: Mapping[str, Any]) -> None:
        super().__init__(token)
        self.name = name
        self.arguments = arguments
        self.blank = False

    def expressions(self) -> list[Any]:
        return list(self.arguments.values())

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        render, backstage = _served.get(self.name), context.get([BACKSTAGE], token=None, default=None)
        if render is None or backstage is None:
            return buffer.write(comment_of(f"The tag {self.name} is not served by this portal."))
        arguments = {name: value.evaluate(context) for name, value in self.arguments.items()}
        return buffer.write(backstage.held(render(backstage.scene_live(), arguments)))


class ServedTag(Tag):
    """A tag that stands alone."""

    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.expect(TOKEN_TAG)
        if stream.peek.kind != TOKEN_EXPRESSION:
            return ServedNode(token, self.name, {})
        next(stream)
        return ServedNode(token, self.name, arguments_of(self.env, stream, token))


class ServedBlockTag(Tag):
    """A tag with an end tag: all between is left out unread."""

    block = True

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        arguments = arguments_of(self.env, stream, token) if stream.current.kind == TOKEN_EXPRESSION else {}
        while not (stream.current.kind == TOKEN_TAG and stream.current.value == f"end{self.name}"):
            if stream.current.kind == TOKEN_EOF:
                raise LiquidSyntaxError(f"{self.name} was never closed", token=token)
            next(stream)
        return ServedNode(token, self.name, arguments)


def arguments_of(env: Any, stream: TokenStream, token: Token) -> dict[str, Any]:
    """``name: value`` pairs of a tag; what is written in another way counts as none."""
    tokens = stream.into_inner(tag=token, eat=False)
    try:
        return {argument.name: argument.value for argument in KeywordArgument.parse(env, tokens)}
    except LiquidSyntaxError:
        return {}


def comment_of(text: str) -> str:
    """An HTML comment that cannot end before its end."""
    return f"<!-- {escape(text).replace('--', '- -')} -->"


def served_tags() -> list[type[Tag]]:
    """A tag class for each."""
    alone = [type(f"Served_{name}", (ServedTag,), {"name": name}) for name in ALONE]
    blocks = [type(f"Served_{name}", (ServedBlockTag,), {"name": name, "end": f"end{name}"}) for name in BLOCKS]
    return [*alone, *blocks]
