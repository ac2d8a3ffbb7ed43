"""Web forms: forms of several steps that the organization's people define and put on pages, and entity forms."""

from websites.features.registry import finder_register
from websites.features.webforms.pages import form_feature

finder_register(form_feature)
