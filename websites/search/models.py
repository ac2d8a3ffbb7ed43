"""The projection that is searched: one row for each thing that can be found, by portal and language."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from portals.models import Portal


class SearchState(models.Model):
    """What a portal's projection in one language was last made of.

    ``accesses`` are the different rules that its rows are read under: who searches is checked against these few.
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=20)
    version = models.CharField(max_length=32, blank=True)
    accesses = models.JSONField(default=list)
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "language"], name="websites_one_search_state"),
        ]

    def __str__(self) -> str:
        return f"{self.portal_id} {self.language}"


class SearchEntry(models.Model):
    """One thing that can be found. ``vector`` holds a mark of portal and language beside the words: one index of all
    portals then finds within one."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=40)
    title = models.TextField()
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    url = models.TextField()
    category = models.CharField(max_length=200, blank=True)
    rating = models.SmallIntegerField(null=True, blank=True)
    modified_on = models.DateTimeField(null=True, blank=True)
    access = models.TextField(blank=True)
    releases_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    vector = SearchVectorField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "language", "kind", "key"], name="websites_one_search_entry"),
        ]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["vector"], name="websites_search_words")]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word that stands in something that can be found: what "Did you mean" may suggest."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=20)
    word = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "language", "word"], name="websites_one_search_word"),
        ]

    def __str__(self) -> str:
        return self.word
