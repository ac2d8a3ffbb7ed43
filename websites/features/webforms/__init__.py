"""Web forms: forms of several steps that the organization's people define and put on pages, and entity forms."""

from websites.features.registry import finder_register
from websites.features.webforms.carrying import tag_html
from websites.features.webforms.pages import form_feature
from websites.templating.served import tag_serve

finder_register(form_feature)
tag_serve("webform", tag_html)
tag_serve("entityform", tag_html)
