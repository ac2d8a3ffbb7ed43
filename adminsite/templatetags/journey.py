"""The small drawings of the customer journey and of the hub explorer."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=32)
def shape(slug: str) -> SafeString:
    """The shape of a kind (journey/_shape.html), made once a kind: lists show it on every row."""
    return render_to_string("journey/_shape.html", {"slug": slug})
