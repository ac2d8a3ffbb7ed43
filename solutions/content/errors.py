"""A source of the starter content is not as it must be."""


class BadContent(ValueError):
    """The sentence names the file and what is wrong in it."""
