"""A site's own lines: checked, and kept apart from ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Run

GOOD = {
    "index/problem/own.idx": "Snorkitis   J31.0\n  chronic   J31.0\n",
    "index/procedure/own.idx": "Snorkectomy   E08.1\n",
    "terms/own.terms": "snk = snorkitis\n",
    "policy/own.txt": "; ours\nex_smoker = leave\n",
}


def _site(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_good_lines_pass(run: Run, home: Path) -> None:
    _site(home, GOOD)
    ran = run("index", "check", "--site")
    assert (ran.status, ran.out) == (0, "3 entries, 1 terms, 0 problems\n")


def test_no_site_is_no_problem(run: Run) -> None:
    assert run("index", "check", "--site").status == 0


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("index/problem/own.idx", "Snorkitis   J99.9\n", "problem/own.idx:1: code J99.9 does not exist"),
        ("index/problem/own.idx", "Snorkitis   J31.0\nSnorkitis   J31.1\n", "own.idx:2: 'snorkitis' stands at"),
        ("terms/own.terms", "snk snorkitis\n", "own.terms:1: expected 'term = words'"),
        ("policy/own.txt", "ex_smokers = leave\n", "own.txt:1: the policy table has no 'ex_smokers'"),
        ("policy/own.txt", "ex_smoker leave\n", "own.txt:1: expected 'name = value'"),
        ("index/own.idx", "Snorkitis   J31.0\n", "index/own.idx: nothing reads this file"),
        ("index/problem/own.txt", "Snorkitis   J31.0\n", "nothing reads this file"),
    ],
)
def test_wrong_lines_are_named(run: Run, home: Path, name: str, text: str, message: str) -> None:
    _site(home, {name: text})
    ran = run("index", "check", "--site")
    assert ran.status == 1
    assert message in ran.out
