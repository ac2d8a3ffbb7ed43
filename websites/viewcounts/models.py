"""Views of articles that the organization may not know of yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portals.models import Portal


class ArticleViewCount(models.Model):
    """How often visitors of a portal read an article on a day, and how many of that the organization was told."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="article_views")
    article_id = models.UUIDField()
    day = models.DateField()
    count = models.PositiveIntegerField()
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "article_id", "day"], name="websites_one_view_count"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["portal"], condition=~models.Q(count=models.F("told")), name="websites_views_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.article_id} on {self.day}"
