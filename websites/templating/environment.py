"""The Liquid environment of one site: its own web templates, our limits, nothing of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError, LiquidSyntaxError, TemplateNotFoundError
from liquid.extra import BlockTag, ExtendsTag
from liquid.loader import BaseLoader, TemplateSource
from liquid.tag import Tag

from websites.site.values import WebTemplate
from websites.templating.context import BudgetedTemplate
from websites.templating.filters import OWN_FILTERS, REMOVED_FILTERS
from websites.templating.loops import ShortForTag, ShortTablerowTag
from websites.templating.tags import EditableTag, refused_tags
from websites.templating.tree import tree_prepare

SOURCE_LIMIT = 100_000  # characters: the length of adx_webtemplate.adx_source
OUTPUT_LIMIT = 2_000_000  # bytes of one page
LOCALS_LIMIT = 4_000_000  # bytes of what a page assigns
PARTS_KEPT = 500  # compiled page copies and snippets


class SiteTemplates(BaseLoader):
    """The web templates of one site by name, compiled once per version."""

    def __init__(self, templates: Mapping[str, WebTemplate]) -> None:
        self.templates = templates
        self._compiled: dict[str, tuple[int, BoundTemplate]] = {}

    def load(self, env: Environment, name: str, **options: Any) -> BoundTemplate:
        found = self.templates.get(name)
        if found is None:
            raise TemplateNotFoundError(name)
        version, compiled = self._compiled.get(name, (None, None))
        if compiled is None or version != found.version:
            compiled = env.from_string(found.source, name=name, path=PurePosixPath(name.replace("/", "-")))  # type: ignore[arg-type]
            self._compiled[name] = (found.version, compiled)
        return compiled

    def get_source(self, env: Environment, template_name: str, **options: Any) -> TemplateSource:
        found = self.templates.get(template_name)
        if found is None:
            raise TemplateNotFoundError(template_name)
        return TemplateSource(found.source, template_name, None)


class SiteEnvironment(Environment):
    """One per site, so that no site can name another's template."""

    template_class = BudgetedTemplate
    block_nesting_limit: ClassVar[int] = 30
    context_depth_limit: ClassVar[int] = 20
    output_stream_limit: ClassVar[int | None] = OUTPUT_LIMIT
    local_namespace_limit: ClassVar[int | None] = LOCALS_LIMIT

    def __init__(self, templates: Mapping[str, WebTemplate]) -> None:
        self.site_templates = SiteTemplates(templates)
        super().__init__(loader=self.site_templates, autoescape=True)
        self._parts: dict[str, BoundTemplate] = {}

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        tags: list[type[Tag]] = [ExtendsTag, BlockTag, ShortForTag, ShortTablerowTag, EditableTag, *refused_tags()]
        for tag in tags:
            self.add_tag(tag)
        self.filters.update(OWN_FILTERS)
        for name in REMOVED_FILTERS:
            self.filters.pop(name, None)

    def from_string(self, source: str, name: str = "", *arguments: Any, **options: Any) -> BoundTemplate:
        """Compile; raises :class:`LiquidError` for what is too long or uses a range outside a loop."""
        if len(source) > SOURCE_LIMIT:
            raise LiquidSyntaxError(f"the template is longer than {SOURCE_LIMIT} characters", token=None)
        try:
            template = super().from_string(source, name, *arguments, **options)
            tree_prepare(template.nodes, self.template_class.context_class(template))
        except RecursionError as deep:
            raise LiquidError("the template is nested too deeply", token=None) from deep
        return template

    def part(self, source: str, *, name: str) -> BoundTemplate:
        """A page's copy or a snippet as a template, compiled once."""
        if source not in self._parts:
            if len(self._parts) >= PARTS_KEPT:
                self._parts.clear()
            self._parts[source] = self.from_string(source, name=name)
        return self._parts[source]
