"""The starter content: our own words and pages for every portal type, and the rows that they become."""

from solutions.content.rows import content_links, content_rows
from solutions.content.texts_reader import content_language
from solutions.content.values import ContentRow, Shared

__all__ = ["ContentRow", "Shared", "content_language", "content_links", "content_rows"]
