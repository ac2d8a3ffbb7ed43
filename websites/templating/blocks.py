"""Tags of the product line whose block is rendered: ``substitution``, ``searchindex``, ``fetchxml``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO

from liquid.ast import BlockNode, Node
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

from websites.templating.served import BACKSTAGE, arguments_of, comment_of


class AroundNode(Node):
    """A tag around a block."""

    __slots__ = ("arguments", "block")

    def __init__(self, token: Token, arguments: Any, block: BlockNode) -> None:
        super().__init__(token)
        self.arguments = arguments
        self.block = block
        self.blank = False

    def children(self, static_context: Any, *, include_partials: bool = True) -> Iterable[Node]:
        return [self.block]

    def backstage(self, context: Any) -> Any:
        return context.get([BACKSTAGE], token=None, default=None)


class SubstitutionNode(AroundNode):
    """In the product line a part that no output cache keeps. Here pages of somebody are never kept: its content."""

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        return int(self.block.render(context, buffer))


class SearchIndexNode(AroundNode):
    """Searches, and shows its block with the outcome as ``searchindex``."""

    def expressions(self) -> list[Any]:
        return list(self.arguments.values())

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        backstage = self.backstage(context)
        asked = {name: value.evaluate(context) for name, value in self.arguments.items()}
        found = backstage.searched(asked) if backstage else None
        with context.extend({"searchindex": found}):
            return int(self.block.render(context, buffer))


class FetchXmlNode(AroundNode):
    """Asks the organization by FetchXML, under the visitor's entity permissions; the answer is a variable."""

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        inner = context.get_buffer()
        self.block.render(context, inner)
        backstage = self.backstage(context)
        if backstage is None:
            return buffer.write(comment_of("The tag fetchxml is not served here."))
        found, reason = backstage.fetched(str(inner.getvalue()))
        context.assign(self.arguments, found)
        return buffer.write(comment_of(f"fetchxml {self.arguments}: {reason}")) if reason else 0


class SubstitutionTag(Tag):
    name, end, block = "substitution", "endsubstitution", True

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        if stream.current.kind == TOKEN_EXPRESSION:
            next(stream)
        return SubstitutionNode(token, {}, _block(self, stream))


class SearchIndexTag(Tag):
    name, end, block = "searchindex", "endsearchindex", True

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        arguments = arguments_of(self.env, stream, token) if stream.current.kind == TOKEN_EXPRESSION else {}
        if stream.current.kind == TOKEN_EXPRESSION:
            next(stream)
        return SearchIndexNode(token, arguments, _block(self, stream))


class FetchXmlTag(Tag):
    """``{% fetchxml cases %}<fetch>…</fetch>{% endfetchxml %}``"""

    name, end, block = "fetchxml", "endfetchxml", True

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        stream.expect(TOKEN_EXPRESSION)
        variable = str(stream.current.value).strip()
        next(stream)
        return FetchXmlNode(token, variable, _block(self, stream))


def _block(tag: Tag, stream: TokenStream) -> BlockNode:
    found = get_parser(tag.env).parse_block(stream, (tag.end,))
    stream.expect(TOKEN_TAG, value=tag.end)
    return found


BLOCK_TAGS: tuple[type[Tag], ...] = (SubstitutionTag, SearchIndexTag, FetchXmlTag)
