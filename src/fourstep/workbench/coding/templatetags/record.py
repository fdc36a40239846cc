"""How words of a record are put on a page."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def words(text: str) -> SafeString:
    """The text escaped, carriage returns as references: a browser would drop them, and offsets would be off by one."""
    return mark_safe(escape(text).replace("\r", "&#13;"))


@register.filter
def spoken(name: str) -> str:
    """A document's type as people say it: discharge_summary -> Discharge summary."""
    return name.replace("_", " ").capitalize()
