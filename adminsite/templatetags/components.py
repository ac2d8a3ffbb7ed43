"""Components with a slot, and the small words that components are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from adminsite.status import Status, status_of
from operations.progress import StepView
from portals.applications import ApplicationRow
from portals.languages import PORTAL_LANGUAGES
from provisioning.banners import Banner
from solutions.catalog import solution_title

register = template.Library()

NOT_SPOKEN = {1025: "Arabic", 1037: "Hebrew"}  # activated in instances, and offered to no portal


@register.simple_block_tag
def panel(content: str, heading: str = "", id: str = "", aside: str = "") -> SafeString:
    """A box with a heading."""
    return render_to_string("components/panel.html", _slot(content, heading=heading, id=id, aside=aside))


@register.simple_block_tag
def message(content: str, heading: str = "", tone: str = "", role: str = "") -> SafeString:
    """A coloured box that tells something; ``tone`` is ok, warn, error or empty."""
    return render_to_string("components/message.html", _slot(content, heading=heading, tone=tone, role=role))


@register.simple_block_tag
def dialog(content: str, id: str = "", heading: str = "") -> SafeString:
    """A modal window, opened by a link with ``data-dialog`` (its href works without JavaScript)."""
    return render_to_string("components/dialog.html", _slot(content, id=id, heading=heading))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> SafeString:
    """A picture of icons.svg: an ornament, or with ``label`` an image that says something."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    turning = " icon--spinner" if name == "spinner" else ""
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        turning,
        said,
        static("icons.svg"),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=128)
def status_tag(state: str) -> SafeString:
    """The component of the same name, made once a state: lists show it on every row."""
    return render_to_string("components/status_tag.html", {"state": state, "label": ""})


@register.simple_tag
def application_row(row: ApplicationRow) -> SafeString:
    """A row of the Applications tab in the reader's time zone, made once for all that it shows."""
    return _application_row(row, str(timezone.get_current_timezone()), row.trial_days_left)


@lru_cache(maxsize=2048)
def _application_row(row: ApplicationRow, zone: str, days_left: int | None) -> SafeString:
    return render_to_string("adminsite/_row.html", {"row": row})


@register.filter
def status(state: Any) -> Status:
    """How a state looks."""
    return status_of(str(state))


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """A time in the reader's zone, absolute and relative: "22 Nov 2026, 14:01 (3 minutes ago)"."""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{} <span class="muted">({})</span></time>',
        at.isoformat(timespec="seconds"),
        local.strftime("%A, %d %B %Y, %H:%M:%S %Z"),
        _short(local),
        _ago(at),
    )


@register.simple_tag
def day(at: datetime) -> SafeString:
    """The day only, in the reader's zone."""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}">{} {}</time>', at.isoformat(timespec="seconds"), local.day, f"{local:%b %Y}"
    )


@register.simple_tag
def clock(at: datetime) -> SafeString:
    """The time of day only, in the reader's zone."""
    local = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), local.strftime("%H:%M:%S"))


@register.filter
def language_name(lcid: int) -> str:
    """ "German (1031)"."""
    return f"{language_plain(lcid)} ({lcid})"


@register.filter
def language_plain(lcid: int) -> str:
    """ "German"; also of languages that an instance may have but no portal speaks."""
    known = PORTAL_LANGUAGES.get(lcid)
    return known.name if known else NOT_SPOKEN.get(lcid, "Other language")


@register.filter
def solution_name(unique_name: str) -> str:
    """What people call a solution."""
    return solution_title(unique_name)


@register.filter
def attention_heading(rows: Sequence[object]) -> str:
    """How many portals need somebody, as far as they were looked for."""
    counted = {1: "1 portal needs attention", 2: "2 portals need attention"}
    return counted.get(len(rows), "Portals need attention")


@register.filter
def banner_text(banner: Banner, url: str) -> SafeString:
    """The banner's sentence, with its words about the solutions as a link; after the sentence where it lacks them."""
    words = banner.solutions_link
    if not words:
        return format_html("{}", banner.sentence)
    before, found, after = banner.sentence.rpartition(words)
    if not found:
        return format_html('{} <a href="{}">{}</a>', banner.sentence, url, words)
    return format_html('{}<a href="{}">{}</a>{}', before, url, words, after)


@register.filter
def seconds_taken(step: StepView) -> float | None:
    """How long a finished step took."""
    if step.started_at is None or step.finished_at is None:
        return None
    return (step.finished_at - step.started_at).total_seconds()


@register.filter
def without_title(html: str) -> SafeString:
    """A document's HTML without its own first heading, because the page has one."""
    return mark_safe(re.sub(r"<h1>.*?</h1>", "", html, count=1, flags=re.DOTALL))  # noqa: S308 (cleaned by its maker)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as people read them: "0.4 s", "0:16", "3:41", "1:02:03"."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _short(local: datetime) -> str:
    zone = f" {local.tzname()}" if timezone.get_current_timezone_name() == "UTC" else ""
    return f"{local.day} {local.strftime('%b %Y, %H:%M')}{zone}"


def _ago(at: datetime) -> str:
    now = timezone.now()
    if at > now:
        seconds = (at - now).total_seconds()
        return "in less than a minute" if seconds < 60 else f"in {timesince(now, at, depth=1)}"
    return "just now" if (now - at).total_seconds() < 60 else f"{timesince(at, now, depth=1)} ago"


def _slot(content: str, **more: str) -> dict[str, str]:
    return {"content": mark_safe(content), **more}  # noqa: S308 (rendered by the template engine already)
