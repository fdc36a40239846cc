"""Readers and engine under malformed input: whatever comes, an episode or an error that names the file; never a traceback.

    python reliability/fuzz.py [--seconds 3600] [--only read|engine]

Hypothesis' long run of the properties comes first. Then atheris, guided by coverage, one process a target, from a small corpus
(reliability/corpus); what crashes is kept as `crash-…` in the folder at hand.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
_SUFFIXES = (".txt", ".html", ".rtf", ".json", ".jsonl", ".xml", ".pdf", ".docx", ".hl7")


def read_target(data: bytes) -> None:
    """The first byte chooses the kind of file, the rest is its content."""
    from fourstep.episode import Episode
    from fourstep.errors import ReadError
    from fourstep.read import read_episodes

    if not data:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{_SUFFIXES[data[0] % len(_SUFFIXES)]}"
        path.write_bytes(data[1:])
        for item in read_episodes(path):
            assert isinstance(item, Episode | ReadError)
            if isinstance(item, ReadError):
                assert "file" in str(item), "the error does not name the file"


def engine_target(data: bytes) -> None:
    """Any text codes, and every quote stands."""
    from fourstep.episode import Document, Episode

    text = data.decode("utf-8", "replace")
    coded = _coder().code(Episode("fuzz", (Document("a", text, "discharge_summary"),)))
    for code in coded.diagnoses + coded.procedures:
        for quote in code.evidence:
            assert text[quote.start : quote.end] == quote.text


def _coder():  # type: ignore[no-untyped-def]
    global _made
    try:
        return _made
    except NameError:
        from fourstep.coder import Coder

        _made = Coder(local=None)
        return _made


TARGETS = {"read": read_target, "engine": engine_target}


def fuzz(name: str, seconds: int) -> None:
    """Run one target in this process; atheris ends the process."""
    import atheris

    os.environ["FOURSTEP_COMPILED"] = "0"  # coverage is of the sources
    with atheris.instrument_imports(include=["fourstep"]):
        import fourstep.coder
        import fourstep.read

        # Readers come in with the first file of their kind: what came in after this would not guide it.
        for module in pkgutil.walk_packages(fourstep.read.__path__, "fourstep.read."):
            importlib.import_module(module.name)
    corpus = HERE / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    grown = tempfile.mkdtemp(prefix=f"fourstep-fuzz-{name}-")  # what it finds on the way stays out of the repository
    limits = [f"-max_total_time={seconds}", "-max_len=20000", "-timeout=30", "-rss_limit_mb=3000"]
    if name == "engine":
        _coder()  # made before the clock of the first text runs
    atheris.Setup([sys.argv[0], *limits, grown, str(corpus)], TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    """Hypothesis' long run, then each target for its share of the time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--only", choices=sorted(TARGETS))
    parser.add_argument("--target", choices=sorted(TARGETS), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.target:
        fuzz(chosen.target, chosen.seconds)
        return 0
    status = 0
    if not chosen.only:
        profile = ["--hypothesis-seed=random", "--hypothesis-profile=long"]
        tests = [str(HERE.parent / "tests" / name) for name in ("test_properties.py", "read/test_read_damage.py")]
        long = [sys.executable, "-m", "pytest", "-q", *tests, *profile]
        status |= subprocess.run(long, cwd=HERE.parent, check=False).returncode
    names = [chosen.only] if chosen.only else sorted(TARGETS)
    for name in names:
        one = [sys.executable, __file__, "--target", name, "--seconds", str(chosen.seconds // len(names))]
        status |= subprocess.run(one, check=False).returncode
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
