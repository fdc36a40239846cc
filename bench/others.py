"""Other libraries on the same documents with the same phrases; each is left out where it is not installed.

They are no dependency of ours: install them into an environment of their own, and give its Python to bench/engine.py with
--others-python. This file then runs there, without Fourstep: phrases and documents come in as JSON, figures go out as JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Annotate = Callable[[str], object]


def _load(module: str) -> Any:
    return importlib.import_module(module)


def _spacy(phrases: Sequence[str]) -> Annotate:
    """spaCy's tokeniser and PhraseMatcher: phrases only, no assertion."""
    nlp = _load("spacy").blank("en")
    matcher = _load("spacy.matcher").PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("PHRASE", list(nlp.tokenizer.pipe(phrases)))
    return lambda text: matcher(nlp(text))


def _medspacy(phrases: Sequence[str]) -> Annotate:
    """medspaCy as it loads: sentences, phrases, context."""
    nlp = _load("medspacy").load()
    for name in ("PyRuSH", "medspacy"):  # their debug lines cost more than the work
        _load("loguru").logger.disable(name)
    rule = _load("medspacy.target_matcher").TargetRule
    nlp.get_pipe("medspacy_target_matcher").add([rule(p, "PROBLEM") for p in phrases])
    return lambda text: nlp(text)


def _edsnlp(phrases: Sequence[str]) -> Annotate:
    """EDS-NLP: its tokeniser, sentences, phrases and negation."""
    edsnlp = _load("edsnlp")
    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe("eds.matcher", config={"terms": {"PHRASE": list(phrases)}, "attr": "LOWER"})
    nlp.add_pipe("eds.negation")
    return lambda text: nlp(text)


def _medcat(phrases: Sequence[str]) -> Annotate:
    """MedCAT 2 with a concept for each phrase and a vocabulary of their words; not trained."""
    config = _load("medcat.config").Config()
    table = _load("pandas").DataFrame({"cui": [f"C{i}" for i in range(len(phrases))], "name": list(phrases)})
    cdb = _load("medcat.model_creation.cdb_maker").CDBMaker(config).prepare_csvs([table])
    vocab = _load("medcat.vocab").Vocab()
    vector = _load("numpy").ones(7)
    for word in sorted({w for p in phrases for w in p.split()}):
        vocab.add_word(word, cnt=10, vec=vector)
    vocab.init_cumsums()
    cat = _load("medcat.cat").CAT(cdb, vocab, config)
    return lambda text: cat.get_entities(text)


_LIBRARIES: dict[str, tuple[str, Callable[[Sequence[str]], Annotate]]] = {
    "spaCy PhraseMatcher": ("spacy", _spacy),
    "EDS-NLP phrases and negation": ("edsnlp", _edsnlp),
    "medspaCy": ("medspacy", _medspacy),
    "MedCAT 2": ("medcat", _medcat),
}


def measure(
    phrases: Sequence[str], texts: Sequence[str], seconds: float, only: Sequence[str] = ()
) -> Iterator[tuple[str, float | str]]:
    """Documents for each second of processor time of each library (or of those named), or why it was not measured."""
    logging.disable(logging.WARNING)  # progress of the others, thousands of lines
    for name, (module, build) in _LIBRARIES.items():
        if only and name not in only:
            continue
        if importlib.util.find_spec(module) is None:
            yield name, "not installed"
            continue
        try:
            with contextlib.redirect_stdout(sys.stderr):
                annotate = build(phrases)
                annotate(texts[0])
                yield name, _rate(annotate, texts, seconds)
        except Exception as error:  # another version's API, or one that does not load here: say so and go on
            yield name, f"did not run ({type(error).__name__})"


def measure_in(
    python: str, phrases: Sequence[str], texts: Sequence[str], seconds: float, only: Sequence[str] = ()
) -> dict[str, float | str]:
    """The same, measured by another Python in which the libraries are installed."""
    job = json.dumps({"phrases": list(phrases), "texts": list(texts), "seconds": seconds, "only": list(only)})
    done = subprocess.run([python, __file__], input=job, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"other libraries": f"{python} failed: {done.stderr.strip().splitlines()[-1:]}"}
    return dict(json.loads(done.stdout))


def _rate(annotate: Annotate, texts: Sequence[str], seconds: float) -> float:
    start, used = time.perf_counter(), time.process_time()
    done = 0
    for text in texts:
        annotate(text)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return round(done / (time.process_time() - used), 1)


def _main() -> None:
    job = json.load(sys.stdin)
    figures = dict(measure(job["phrases"], job["texts"], job["seconds"], job["only"]))
    print(json.dumps(figures))


if __name__ == "__main__":
    _main()
