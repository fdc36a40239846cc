"""The NHS design system's style sheet as the workbench serves it: without the fonts, for which other hosts would be asked.

The policy of every page forbids to ask them, and their licence covers sites of the NHS alone. The sheet names what comes in
their place.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import wagtailnhsukfrontend
from django.http import HttpRequest, HttpResponse

from fourstep.workbench.people.gate import open_page

_FOLDER = Path(wagtailnhsukfrontend.__file__).parent / "static" / "wagtailnhsukfrontend" / "css"
_FONT = re.compile(r"@font-face\s*\{[^}]*\}")


@cache
def sheet() -> str:
    """The style sheet of the installed package."""
    (path,) = _FOLDER.glob("nhsuk-frontend-*.min.css")
    return _FONT.sub("", path.read_text(encoding="utf-8"))


@open_page
def styles(request: HttpRequest) -> HttpResponse:
    """The style sheet; a browser keeps it for a day."""
    return HttpResponse(sheet(), content_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"})
