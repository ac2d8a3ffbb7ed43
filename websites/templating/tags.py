"""``editable``: shows an attribute of a page or a snippet. It does not edit."""

from __future__ import annotations

from typing import Any, TextIO

from liquid import escape
from liquid.ast import Node
from liquid.builtin.expressions import KeywordArgument, Path, parse_primitive
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_COLON, TOKEN_COMMA, TOKEN_EOF, TOKEN_TAG, TOKEN_WORD, Token

from websites.site.cleaning import html_clean
from websites.templating.served import BACKSTAGE


class EditableNode(Node):
    """Shows an attribute of a page, or a snippet: HTML, which may itself hold Liquid, cleaned."""

    __slots__ = ("arguments", "attribute", "subject")

    def __init__(self, token: Token, subject: Any, attribute: Any, arguments: dict[str, Any]) -> None:
        super().__init__(token)
        self.subject = subject
        self.attribute = attribute
        self.arguments = arguments
        self.blank = False

    def expressions(self) -> list[Any]:
        return [self.subject, *([self.attribute] if self.attribute else []), *self.arguments.values()]

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        source = self._source(context)
        if str(self._argument(context, "type", "html")) == "text":
            return buffer.write(str(escape(source)))
        if "{{" not in source and "{%" not in source:
            return buffer.write(str(html_clean(source)))
        backstage = context.get([BACKSTAGE], token=None, default=None)
        if backstage is None:
            return buffer.write(str(html_clean(self._rendered(context, source))))
        with backstage.cleaning():
            rendered = self._rendered(context, source)
        return buffer.write(backstage.released(str(html_clean(rendered))))

    def _source(self, context: Any) -> str:
        subject = self.subject.evaluate(context)
        if self.attribute is None:
            return subject if isinstance(subject, str) else ""
        try:
            found = context.get_item(subject, self.attribute.evaluate(context))
        except (KeyError, TypeError, IndexError):
            found = None
        return str(self._argument(context, "default", "") if found is None else found)

    def _rendered(self, context: Any, source: str) -> str:
        template = context.env.part(source, name=f"{context.template.name} (editable)")
        copy = context.copy({}, carry_loop_iterations=True, template=template, block_scope=True)
        inner = context.get_buffer()
        template.render_with_context(copy, inner, partial=True)
        return str(inner.getvalue())

    def _argument(self, context: Any, name: str, default: str) -> object:
        return self.arguments[name].evaluate(context) if name in self.arguments else default


class EditableTag(Tag):
    """``{% editable page "adx_copy" %}``, ``{% editable snippets "Footer", type: "html" %}``"""

    name = "editable"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token, eat=False)
        subject = Path.parse(self.env, tokens)
        attribute = parse_primitive(self.env, tokens) if _is_attribute(tokens) else None
        arguments = {argument.name: argument.value for argument in KeywordArgument.parse(self.env, tokens)}
        tokens.expect_eos()
        return EditableNode(token, subject, attribute, arguments)


def _is_attribute(tokens: TokenStream) -> bool:
    """True before a second positional argument: not the end, not ``name: value``."""
    is_keyword = tokens.current.kind == TOKEN_WORD and tokens.peek.kind == TOKEN_COLON
    return tokens.current.kind not in {TOKEN_EOF, TOKEN_COMMA} and not is_keyword
