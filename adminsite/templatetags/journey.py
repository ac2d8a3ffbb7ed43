"""The small drawings of the customer journey and of the hub explorer, and how long before the case something was."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=32)
def shape(slug: str) -> SafeString:
    """The shape of a kind (journey/_shape.html), made once a kind: lists show it on every row."""
    return render_to_string("journey/_shape.html", {"slug": slug})


@register.filter
def time_before(at: datetime, moment: datetime) -> str:
    """How long before another moment, as people say it: never "0 minutes"."""
    return "less than a minute" if moment - at < timedelta(minutes=1) else timesince(at, moment)
