"""The Liquid environment of one site: its own web templates, our limits, nothing of the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from liquid import BoundTemplate, Environment
from liquid.ast import Node
from liquid.exceptions import LiquidError, LiquidSyntaxError, TemplateNotFoundError
from liquid.extra import BlockTag, ExtendsTag
from liquid.loader import BaseLoader, TemplateSource
from liquid.tag import Tag

from solutions.content.templates_reader import templates
from websites.site.values import WebTemplate
from websites.templating.blocks import BLOCK_TAGS
from websites.templating.compiled import CompiledTrees
from websites.templating.context import BudgetedTemplate
from websites.templating.dialect import source_prepare
from websites.templating.filters import OWN_FILTERS, REMOVED_FILTERS
from websites.templating.loops import ShortForTag, ShortTablerowTag
from websites.templating.served import served_tags
from websites.templating.tags import EditableTag
from websites.templating.tree import tree_prepare

SOURCE_LIMIT = 100_000  # characters: the length of adx_webtemplate.adx_source
OUTPUT_LIMIT = 2_000_000  # bytes of one page
LOCALS_LIMIT = 4_000_000  # bytes of what a page assigns
COMMON = Path(__file__).parent / "common"
FORM_PARTS = ("Form Fields", "File Field", "Record Facts")  # of the starter content
_trees = CompiledTrees()


class SiteTemplates(BaseLoader):
    """The web templates of one site by name. As in the product line, "page_copy" is "Page Copy" too."""

    def __init__(self, templates: Mapping[str, WebTemplate]) -> None:
        self.templates = templates

    @property
    def templates(self) -> Mapping[str, WebTemplate]:
        return self._templates

    @templates.setter
    def templates(self, templates: Mapping[str, WebTemplate]) -> None:
        self._templates = templates
        self._plain = {_plain(name): template for name, template in templates.items()}

    def found(self, name: str) -> WebTemplate | None:
        """The site's own template, else the one that every site has."""
        return self._templates.get(name) or self._plain.get(_plain(name)) or _common().get(_plain(name))

    def load(self, env: Environment, name: str, **options: Any) -> BoundTemplate:
        found = self.found(name)
        if found is None:
            raise TemplateNotFoundError(name)
        return env.from_string(found.source, name=found.name)

    def get_source(self, env: Environment, template_name: str, **options: Any) -> TemplateSource:
        found = self.found(template_name)
        if found is None:
            raise TemplateNotFoundError(template_name)
        return TemplateSource(found.source, template_name, None)


class SiteEnvironment(Environment):
    """One per site, so that no site can name another's template. Parsed trees, tags and filters are shared."""

    template_class = BudgetedTemplate
    block_nesting_limit: ClassVar[int] = 30
    context_depth_limit: ClassVar[int] = 20
    output_stream_limit: ClassVar[int | None] = OUTPUT_LIMIT
    local_namespace_limit: ClassVar[int | None] = LOCALS_LIMIT

    def __init__(self, templates: Mapping[str, WebTemplate]) -> None:
        self.site_templates = SiteTemplates(templates)
        super().__init__(loader=self.site_templates, autoescape=True)

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        self.tags, self.filters = _parser().tags, _parser().filters

    def from_string(self, source: str, name: str = "", *arguments: Any, **options: Any) -> BoundTemplate:
        """Compile; raises :class:`LiquidError` for what is too long or uses a range outside a loop."""
        nodes = _trees.tree(name, source, lambda: _parsed(source, name))
        path = PurePosixPath(name.replace("/", "-"))
        return self.template_class(env=self, nodes=nodes, name=name, path=path)  # type: ignore[arg-type]

    def part(self, source: str, *, name: str) -> BoundTemplate:
        """A page's copy or a snippet as a template."""
        return self.from_string(source, name=name)


class _ParserEnvironment(Environment):
    """Reads templates of every site: what a template says does not depend on whose it is."""

    template_class = BudgetedTemplate
    block_nesting_limit: ClassVar[int] = 30

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        own: list[type[Tag]] = [ExtendsTag, BlockTag, ShortForTag, ShortTablerowTag, EditableTag]
        for tag in (*own, *BLOCK_TAGS, *served_tags()):
            self.add_tag(tag)
        self.filters.update(OWN_FILTERS)
        for name in REMOVED_FILTERS:
            self.filters.pop(name, None)


def _plain(name: str) -> str:
    return name.lower().replace("_", " ")


@cache
def _common() -> Mapping[str, WebTemplate]:
    """Templates that every site has, by plain name: those of the product line, and what forms are made of."""
    sources = {_plain(name): templates()[name] for name in FORM_PARTS}
    sources |= {path.stem: path.read_text() for path in COMMON.glob("*.liquid")}
    return {
        name: WebTemplate(name=name, source=source, mime_type="text/html", version=0)
        for name, source in sources.items()
    }


@cache
def _parser() -> _ParserEnvironment:
    return _ParserEnvironment()


def _parsed(source: str, name: str) -> Sequence[Node]:
    if len(source) > SOURCE_LIMIT:
        raise LiquidSyntaxError(f"the template is longer than {SOURCE_LIMIT} characters", token=None)
    try:
        path = PurePosixPath(name.replace("/", "-"))
        template = _parser().from_string(source_prepare(source), name=name, path=path)  # type: ignore[arg-type]
        tree_prepare(template.nodes, template.context_class(template))
    except RecursionError as deep:
        raise LiquidError("the template is nested too deeply", token=None) from deep
    return template.nodes


def tags_known() -> frozenset[str]:
    """Names of all tags that a template may use."""
    return frozenset(_parser().tags)


def filters_known() -> frozenset[str]:
    return frozenset(_parser().filters)
