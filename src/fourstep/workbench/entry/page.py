"""What `entry/sheet.html` needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fourstep.workbench.coding.library import warm_up
from fourstep.workbench.entry.sheet import Sheet, looked_up, papers
from fourstep.workbench.episodes.models import Episode


def sheet_page(request: HttpRequest, episode: Episode, sheet: Sheet) -> dict[str, Any]:
    """The record, the sheet as it stands, and what was looked up (without scripts, by the form itself)."""
    warm_up()
    words = request.POST.get("q", "") if request.POST.get("act") == "look-up" else ""
    return {
        "episode": episode,
        "papers": papers(episode),
        "sheet_at": request.path,
        "look_up_at": reverse("episode-look-up", args=[episode.id]),
        "fields": [
            ("diagnoses", "Diagnoses", "ICD-10, the primary first", sheet.text("diagnoses"), sheet.diagnoses),
            ("procedures", "Procedures", "OPCS-4, the main one first", sheet.text("procedures"), sheet.procedures),
        ],
        **looked_up(episode, words, request.POST.get("book", "")),
    }
