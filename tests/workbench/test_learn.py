"""What coders decided in the workbench teaches the engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from fourstep.assign.local import load_local
from fourstep.coder import Coder
from fourstep.workbench.coding.models import CodeLine, Standing
from fourstep.workbench.episodes.actions import receive
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle


@pytest.mark.django_db
def test_decisions_of_coders_are_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coder: Coder) -> None:
    monkeypatch.setenv("FOURSTEP_HOME", str(tmp_path))
    text = "Diagnosis: community acquired pneumonia. PMH: asthma, hypertension."
    document = {"file": "a.txt", "type": "discharge_summary", "text": text}
    lines = [json.dumps({"id": f"E{n}", "documents": [document]}) for n in range(70)]
    receive(None, "batch.jsonl", "\n".join(lines).encode(), "upload")
    work_until_idle()
    CodeLine.objects.filter(code="I10.X").update(standing=Standing.REMOVED)
    Episode.objects.update(state=State.CODED)
    call_command("learn")
    local = load_local()
    assert local is not None
    assert local.features["code I10.X"] < 0 < local.features["code J18.9"]
