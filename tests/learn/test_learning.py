"""What coders make of the proposals changes how sure the engine is here, never what it has words for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Run
from fourstep.assign.local import Local, load_local, local_file
from fourstep.coder import Coder
from fourstep.episode import Document, Episode
from fourstep.errors import KnowledgeError
from fourstep.learn.fit import learn
from fourstep.learn.rows import Row, rows_of
from fourstep.learn.store import forget


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURSTEP_HOME", str(tmp_path / "home"))


def rows(number: int = 300) -> list[Row]:
    """Coders here keep pneumonia, whatever the engine thinks of it, and reject every fourth code: the smoking status."""
    out = []
    for i in range(number):
        smoking = i % 4 == 0
        code = "Z72.0" if smoking else "J18.9"
        features = frozenset({f"code {code}", "status" if smoking else "acute condition"})
        out.append(Row(f"E{i // 4}", code, 0.7, features, not smoking))
    return out


def note(text: str) -> Episode:
    return Episode("E", (Document("a.txt", text, "discharge_summary"),))


def test_what_coders_keep_becomes_surer_and_what_they_reject_less_sure() -> None:
    learnt = learn(rows(), auto=0.9)
    local = learnt.local
    assert local.confidence(0.7, {"code J18.9", "acute condition"}) > 0.95
    assert local.confidence(0.7, {"code Z72.0", "status"}) < 0.2
    assert learnt.after.loss < learnt.before.loss
    assert learnt.after.calibration < learnt.before.calibration
    assert (learnt.before.auto, learnt.after.auto) == (0.0, 0.75)
    assert learnt.after.auto_right == 1.0
    assert (learnt.set_aside, learnt.set_aside_right) == (75, 75)


def test_the_same_rows_teach_the_same() -> None:
    assert learn(rows(), auto=0.9).local == learn(rows(), auto=0.9).local


def test_a_rejected_code_becomes_a_suggestion_and_no_code_is_added(coder: Coder) -> None:
    episode = note("Diagnosis: community acquired pneumonia. PMH: asthma, hypertension.")
    plain = coder.code(episode)
    local = Local(0.0, 1.0, {"code I10.X": -20.0, "code I21.9": 20.0}, 0.9, 0.1)
    here = Coder(coder.engine, local=local).code(episode)
    assert [c.code for c in plain.diagnoses] == [c.code for c in here.diagnoses[:1]] + sorted(
        [c.code for c in here.diagnoses[1:]] + [c.code for c in here.suggestions], key=[c.code for c in plain.diagnoses].index
    )
    assert [c.code for c in here.suggestions] == ["I10.X"]
    assert here.suggestions[0].evidence


def test_the_leading_diagnosis_is_never_set_aside(coder: Coder) -> None:
    local = Local(-20.0, 0.0, {}, 0.9, 0.5)
    here = Coder(coder.engine, local=local).code(note("Diagnosis: community acquired pneumonia"))
    assert [c.code for c in here.diagnoses] == ["J18.9"]
    assert here.diagnoses[0].status == "review"


def test_rows_say_what_was_kept(coder: Coder) -> None:
    bare = Coder(coder.engine, local=None)
    made = list(rows_of(note("Diagnosis: community acquired pneumonia. PMH: asthma."), ["J18.9"], bare))
    assert {r.code: r.kept for r in made} == {"J18.9": True, "J45.9": False}
    assert "rubric J45" in {f for r in made for f in r.features}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A hundred episodes whose coders always leave out the hypertension."""
    episodes, final = tmp_path / "episodes.jsonl", tmp_path / "final.jsonl"
    text = "Diagnosis: community acquired pneumonia. PMH: asthma, hypertension."
    lines = [{"id": f"E{n}", "documents": [{"file": "a", "type": "discharge_summary", "text": text}]} for n in range(100)]
    episodes.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    codings = [{"episode_id": f"E{n}", "diagnoses": [{"code": "J18.9"}, {"code": "J45.9"}], "procedures": []} for n in range(100)]
    final.write_text("\n".join(map(json.dumps, codings)), encoding="utf-8")
    return episodes, final


def test_the_command_fits_shows_explains_and_switches(run: Run, files: tuple[Path, Path]) -> None:
    episodes, final = files
    fitted = run("learn", "fit", episodes, final)
    assert (fitted.status, "300 proposed codes of 100 episodes" in fitted.out) == (0, True)
    assert load_local() is not None
    assert "code I10.X" in run("learn", "show").out
    first = episodes.with_name("one.jsonl")
    first.write_text(episodes.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    assert "I10.X" in run("learn", "explain", first).out
    coded = run("code", first, "--format", "jsonl").out
    assert [c["code"] for c in json.loads(coded)["suggestions"]] == ["I10.X"]

    assert run("learn", "off").status == 0
    assert [c["code"] for c in json.loads(run("code", first, "--format", "jsonl").out)["suggestions"]] == []
    assert run("learn", "on").status == 0
    assert load_local() is not None
    forget()
    assert run("learn", "show").status == 2


def test_too_little_or_nothing_of_both_kinds_teaches_nothing(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    episodes, final = files
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(final.read_text(encoding="utf-8").splitlines()[:3]), encoding="utf-8")
    assert "too little to learn from" in run("learn", "fit", episodes, few).err
    assert not local_file().exists()


def test_a_broken_line_is_named(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    episodes, _ = files
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"episode_id": "E1", "diagnoses": []}\n{"episode": 3}\n', encoding="utf-8")
    assert f"{broken}:2" in run("learn", "fit", episodes, broken).err
    local_file().parent.mkdir(parents=True)
    local_file().write_text("constant  0\ncode J18.9  much\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"learned\.txt:2"):
        load_local()
