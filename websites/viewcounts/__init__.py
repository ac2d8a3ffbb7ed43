"""How often an article was read: counted in memory, in rows within seconds, in the organization within minutes."""

from websites.viewcounts.counting import ViewCounter

__all__ = ["ViewCounter"]
