"""Search over a portal's pages, articles and whatever features add (:func:`search_source_register`)."""

from websites.search.documents import Document, SearchSource, search_source_register
from websites.search.words import words_of

__all__ = ["Document", "SearchSource", "search_source_register", "words_of"]
