"""Which form a page carries: the one it names, or the one that a tag in its copy or template names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from liquid import BoundTemplate

from solutions.content.templates_reader import templates
from websites.objects.people import form_drop
from websites.objects.scene import Scene
from websites.site.form_values import WebForm
from websites.templating.drop import Table
from websites.templating.served import comment_of

SHOWN, TAGGED = "web_form", "(web form)"  # objects of the page: for its template, and for the tag alone
FORM, PROBLEM = "Web Form", "Form Problem"  # templates of the starter content
NONE = "This page carries another form, or none: a form is named in the page's copy or its own template, one a page."
_TAG = re.compile(r"""\{%-?\s*(?:webform|entityform)\s+(?:name|id|key)\s*:\s*(?:"([^"]+)"|'([^']+)')""")


def form_here(scene: Scene) -> WebForm | None:
    """The form that the scene's page takes."""
    forms = scene.loaded.site.forms
    return forms.get(scene.page.form_id) or next(_tagged(scene), None)


def object_name(scene: Scene) -> str:
    """A form that a tag names stands where the tag is, and nowhere else."""
    return SHOWN if scene.page.form_id in scene.loaded.site.forms else TAGGED


def tag_html(scene: Scene, told: Mapping[str, object]) -> str:
    """The form of the page, where the tag means this one."""
    form = form_here(scene)
    shown = scene.extra.get(SHOWN) or scene.extra.get(TAGGED)
    if form is None or shown is None or not _is_meant(form, told):
        return comment_of(NONE)
    snippets = Table(scene.edition.snippets, str)
    told_by_page = {"web_form": shown, "page_title": scene.page.title, "snippets": snippets, "form": form_drop(scene)}
    return "".join(_part(scene, name).render(told_by_page) for name in _part_names(scene))


def _part_names(scene: Scene) -> tuple[str, ...]:
    """A site with a layout of its own says nowhere else what is wrong with the form."""
    is_told = scene.loaded.environment.site_templates.found(PROBLEM) is not None
    return (FORM,) if is_told else (PROBLEM, FORM)


def _part(scene: Scene, name: str) -> BoundTemplate:
    return scene.loaded.environment.part(templates()[name], name=name)


def _tagged(scene: Scene) -> Iterator[WebForm]:
    for source in _sources(scene):
        for match in _TAG.finditer(source):
            if found := _named(scene, match[1] or match[2]):
                yield found


def _sources(scene: Scene) -> Iterator[str]:
    site = scene.loaded.site
    yield scene.page.copy
    template = site.web_templates.get(site.page_templates.get(scene.page.template_id, ""))
    if template is not None:
        yield template.source


def _named(scene: Scene, text: str) -> WebForm | None:
    forms, wanted = scene.loaded.site.forms, text.strip().lower()
    return forms.get(wanted) or next((form for form in forms.values() if form.name.lower() == wanted), None)


def _is_meant(form: WebForm, told: Mapping[str, object]) -> bool:
    return str(told.get("id") or told.get("key") or told.get("name") or "").strip().lower() in {
        form.id,
        form.name.lower(),
    }
