"""An article's page and its forms."""

from __future__ import annotations

from collections.abc import Mapping

from websites.errors import PageMissing
from websites.features.comments import CommentPolicy, Subject, comment_add, comments_drop, policy_named
from websites.features.knowledge.rating import rating_drop, rating_give
from websites.features.registry import ActionCall, ActionDone
from websites.objects.scene import Scene
from websites.site.values import Article


def article_open(scene: Scene) -> Mapping[str, object]:
    """``comments`` and ``rating`` of the article; nothing where the page is opened without one."""
    if scene.article is None:
        return {}
    subject = _subject(scene.article)
    return {
        "comments": comments_drop(scene, subject, policy=_policy(scene)),
        "rating": rating_drop(scene, scene.article, subject),
    }


def comment(call: ActionCall) -> ActionDone:
    """The form below the comments."""
    is_shown = comment_add(call, _subject(_article(call.scene)), policy=_policy(call.scene))
    return ActionDone(call.scene.path, "comment-added" if is_shown else "comment-waiting", anchor="comments")


def rate(call: ActionCall) -> ActionDone:
    """One of the stars."""
    article = _article(call.scene)
    rating_give(call, _subject(article))
    return ActionDone(call.scene.path, "rated")


def _article(scene: Scene) -> Article:
    if scene.article is None:
        raise PageMissing("There is no article at this address.")
    return scene.article


def _subject(article: Article) -> Subject:
    return Subject("knowledgearticle", "knowledgearticles", article.id)


def _policy(scene: Scene) -> CommentPolicy:
    return policy_named(scene.settings.get("Knowledge/Comments", ""), CommentPolicy.OPEN_TO_AUTHENTICATED)
