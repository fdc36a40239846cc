"""Other libraries on the same documents with the same phrases; each is left out where it is not installed."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
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
    "medspaCy": ("medspacy", _medspacy),
    "MedCAT 2": ("medcat", _medcat),
}


def measure(
    phrases: Sequence[str], texts: Sequence[str], seconds: float
) -> Iterator[tuple[str, float | str]]:
    """Documents a second of each library on one core, or why it was not measured."""
    logging.disable(logging.WARNING)  # progress of the others, thousands of lines
    for name, (module, build) in _LIBRARIES.items():
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


def _rate(annotate: Annotate, texts: Sequence[str], seconds: float) -> float:
    start = time.perf_counter()
    done = 0
    for text in texts:
        annotate(text)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return round(done / (time.perf_counter() - start), 1)
