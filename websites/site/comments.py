"""Approved comments, by what they are about."""

from __future__ import annotations

from websites.site.rows import Row, SiteRows
from websites.site.times import time_of
from websites.site.values import Comment


def comments_of(rows: SiteRows) -> dict[str, tuple[Comment, ...]]:
    """Id of the article, post or idea -> its comments, oldest first."""
    found: dict[str, list[Comment]] = {}
    for row in sorted(rows.of("feedback"), key=lambda row: str(row["createdon"] or "")):
        about = str(row["_regardingobjectid_value"] or "").lower()
        if about:
            found.setdefault(about, []).append(comment_of(row))
    return {about: tuple(comments) for about, comments in found.items()}


def comment_of(row: Row, *, is_approved: bool = True) -> Comment:
    """A row of feedback as a comment."""
    return Comment(
        id=str(row["feedbackid"]),
        author=str(row["adx_contactusername"] or ""),
        author_id=str(row["_createdbycontact_value"] or "").lower(),
        text=str(row["comments"] or ""),
        at=time_of(row["createdon"]),
        is_approved=is_approved,
    )
