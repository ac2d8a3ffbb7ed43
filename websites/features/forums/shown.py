"""What the form for writing begins with."""

from __future__ import annotations

from websites.errors import PageDenied
from websites.features.forums import rights
from websites.features.forums.drops import author_of
from websites.features.forums.files import may_attach, rules_of
from websites.features.forums.places import forum_here, thread_path
from websites.features.forums.reading import POST_ID, THREAD_ID, id_of, is_first, post_in
from websites.features.once import once_of
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.site.writing import excerpt_of, quotation, writing_text
from websites.templating.drop import Drop

TEXT = 20_000  # characters of a post
QUOTED, EXCERPT = 1_000, 400
QUOTE_OF = "{author} wrote:"
MODES = ("edit", "report", "remove")


def writing_drop(scene: Scene, thread: Row | None = None) -> Drop:
    """``writing``: what the form is for (``mode``), where it is sent, and the text it begins with.

    Raises:
        PageMissing: it is about a post that is not there.
        PageDenied: the visitor may not do that with the post.
    """
    mode, post = _asked(scene, thread) if thread else ("reply", None)
    here = scene.path if thread is None else thread_path(scene, forum_here(scene), id_of(thread, THREAD_ID))
    post_id = id_of(post, POST_ID) if post else ""
    quoted = post if mode == "reply" else None
    return Drop(
        {
            "mode": lambda: mode,
            "post": lambda: post_id,
            "quoted": lambda: id_of(quoted, POST_ID) if quoted else scene.form.values.get("regarding", ""),
            "action_url": lambda: f"{here}?{mode}={post_id}" if mode in MODES else here,
            "back_url": lambda: here,
            "text": lambda: _text(scene, mode, post),
            "excerpt": lambda: excerpt_of(writing_text(str((post or {}).get("adx_content") or "")), EXCERPT),
            "is_first": lambda: bool(thread and post and is_first(thread, post)),
            "longest": lambda: TEXT,
            "takes_file": lambda: mode == "reply" and may_attach(scene),
            "file_limit": lambda: rules_of(scene).megabytes,
            "file_accept": lambda: ",".join(f".{name}" for name in rules_of(scene).types),
            "once": lambda: once_of(scene),
        }
    )


def _asked(scene: Scene, thread: Row) -> tuple[str, Row | None]:
    """What the address asks for: ``?edit=<post>``, ``?report=``, ``?remove=``, ``?quote=``."""
    for mode in (*MODES, "quote"):
        post_id = scene.visit.params.get(mode, "")
        if not post_id:
            continue
        post = post_in(scene, thread, post_id)
        may = {
            "edit": rights.may_edit(scene, thread, post),
            "report": rights.may_report(scene, post),
            "remove": rights.may_remove(scene, post),
            "quote": rights.may_reply(scene, thread),
        }
        if not may[mode]:
            raise PageDenied("This visitor may not do that with the post.")
        return ("reply" if mode == "quote" else mode), post
    return "reply", None


def _text(scene: Scene, mode: str, post: Row | None) -> str:
    """As it was typed where the form was refused; else the post's own text, or a quotation of it."""
    if scene.form.values:
        return scene.form.values.get("text", "")
    content = str((post or {}).get("adx_content") or "")
    if mode == "edit":
        return content
    if mode == "reply" and post is not None:
        said = scene.snippet("Forums/Quote Of", QUOTE_OF).replace("{author}", author_of(scene, post))
        return f"{said}\n\n{quotation(content, QUOTED)}\n\n"
    return ""
