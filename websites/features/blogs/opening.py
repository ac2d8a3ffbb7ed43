"""What the page of blogs shows: posts of all blogs or of one, of a month, about a topic, one post, the feed."""

from __future__ import annotations

from collections.abc import Mapping

from websites.errors import PageMissing
from websites.features.blogs.drops import blog_drop, month_name, post_drop
from websites.features.blogs.feed import feed_of
from websites.features.blogs.places import Place, blog_of, blogs_path, place_of, post_path, posts_out
from websites.features.comments import CommentPolicy, Subject, comment_add, comments_drop
from websites.features.registry import ActionCall, ActionDone, Opened
from websites.features.templates import page_template
from websites.objects.scene import Heading, Scene
from websites.site.community_values import BlogPost
from websites.tracking import BLOG_POST_VIEWED, interaction


def blogs_open(scene: Scene) -> Mapping[str, object] | Opened:
    """``blog``, or ``post`` and ``comments``."""
    place = place_of(scene)
    if place.post:
        return _post(scene, place, place.post)
    if place.is_feed:
        return Opened(document=feed_of(scene, place.blog))
    return _archive(scene, place) if place.month or place.topic else _home(scene, place)


def comment(call: ActionCall) -> ActionDone:
    """The form below a post's comments."""
    post = place_of(call.scene).post
    if post is None:
        raise PageMissing("The form belongs to no post.")
    is_shown = comment_add(call, _subject(post), policy=_policy(call.scene, post))
    notice = "comment-added" if is_shown else "comment-waiting"
    return ActionDone(post_path(call.scene, post), notice, anchor="comments")


def _home(scene: Scene, place: Place) -> Opened:
    blog = place.blog
    if blog is None:
        return Opened({"blog": blog_drop(scene, place, scene.page.title, scene.page.summary)})
    drop = blog_drop(scene, place, blog.name, blog.summary)
    template = page_template(scene, blog.home_template_id, "Blog")
    return Opened({"blog": drop}, Heading(blog.name, blog.summary), template)


def _archive(scene: Scene, place: Place) -> Opened:
    """Raises :class:`PageMissing` for a month or topic without posts."""
    out = posts_out(scene, place.blog)
    if place.month:
        title = scene.snippet("Blogs/Archive Of", "Posts of {month}").replace("{month}", month_name(scene, place.month))
        if not any((post.at.year, post.at.month) == place.month for post in out):
            raise PageMissing("There are no posts of that month.")
    else:
        tag = next((tag for post in out for tag in post.tags if tag.key == place.topic), None)
        if tag is None:
            raise PageMissing("There are no posts about that.")
        title = scene.snippet("Blogs/Tagged", "Posts about “{tag}”").replace("{tag}", tag.name)
    blog = place.blog
    above = ((blog.name, blogs_path(scene, blog)),) if blog else ()
    drop = blog_drop(scene, place, blog.name if blog else scene.page.title, "")
    template = page_template(scene, blog.archive_template_id if blog else "", "Blog Archive")
    return Opened({"blog": drop}, Heading(title, "", above), template)


def _post(scene: Scene, place: Place, post: BlogPost) -> Opened:
    blog = place.blog
    out = posts_out(scene, blog)
    at = next((number for number, other in enumerate(out) if other.id == post.id), 0)
    newer = out[at - 1] if at > 0 else None
    older = out[at + 1] if at + 1 < len(out) else None
    interaction(scene, BLOG_POST_VIEWED, id=post.id, text=post.title)
    drop = post_drop(
        scene,
        post,
        newer=lambda: post_drop(scene, newer) if newer else None,
        older=lambda: post_drop(scene, older) if older else None,
    )
    comments = comments_drop(scene, _subject(post), policy=_policy(scene, post))
    above = ((blog.name, blogs_path(scene, blog)),) if blog else ()
    template = page_template(scene, blog.post_template_id if blog else "", "Blog Post")
    return Opened({"post": drop, "comments": comments}, Heading(post.title, post.summary, above), template)


def _subject(post: BlogPost) -> Subject:
    return Subject("adx_blogpost", "adx_blogposts", post.id)


def _policy(scene: Scene, post: BlogPost) -> CommentPolicy:
    """The post's own, else its blog's; nobody comments where neither says that they may."""
    blog = blog_of(scene, post)
    for value in (post.comment_policy, blog.comment_policy if blog else 0):
        if value in set(CommentPolicy) and value != CommentPolicy.INHERIT:
            return CommentPolicy(value)
    return CommentPolicy.CLOSED
