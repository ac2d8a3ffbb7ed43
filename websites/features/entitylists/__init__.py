"""Entity lists: rows of a table on a page, with a saved view's columns, under the visitor's entity permissions."""

from websites.features.entitylists.showing import list_html
from websites.templating.served import tag_serve

tag_serve("entitylist", list_html)
