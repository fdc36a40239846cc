"""The words that decide whether, when and whose: knowledge/sections/cues.txt as a trie of tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

from fourstep.analyse import statements, words
from fourstep.analyse.statements import When, Whether, Who
from fourstep.analyse.words import tokenise
from fourstep.cache import cached
from fourstep.errors import KnowledgeError
from fourstep.knowledge import SECTIONS

# The axes of an effect.
WHETHER = 0
WHEN = 1
WHO = 2
ALLERGY = 3
# How far it reaches.
PHRASE = 0
PAIR = 1
LIST = 2
CLAUSE = 3
SENTENCE = 4
#: A relative who is not family in the record of a newborn: its mother, who has a record of her own.
MOTHER = 9

_VALUES: dict[str, tuple[int, int]] = {
    **{w.name.lower(): (WHETHER, int(w)) for w in Whether},
    **{w.name.lower(): (WHEN, int(w)) for w in When},
    **{w.name.lower(): (WHO, int(w)) for w in Who},
    "mother": (WHO, MOTHER),
    "allergy": (ALLERGY, 1),
    "tolerated": (ALLERGY, -1),
}
_REACHES = {"phrase": PHRASE, "pair": PAIR, "list": LIST, "clause": CLAUSE, "sentence": SENTENCE}
_SCOPES = ("forward", "verb", "both", "start", "terse", "backward", "last", "value", "item", "name", "agent")
_FIELDS = frozenset(("backward", "value", "item"))  # scopes that are the name of their own list of a cue
_PLANNED = (WHETHER, int(Whether.PLANNED))  # "Planned: hernia repair" is what was done where the note says no more
_LABELS = frozenset(("forward", "verb", "start", "backward"))  # scopes of cues that can label a list

#: Token -> node; the cue that ends at a node stands under "" (no token is empty).
Trie = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a cue does on one axis, and how far."""

    axis: int
    value: int
    scope: str
    reach: int


@dataclass(slots=True)
class Cue:
    """A phrase with its effects on what follows and on what stands before; a pseudo-cue has none."""

    name: str
    forward: tuple[Effect, ...] = ()
    backward: tuple[Effect, ...] = ()
    value: tuple[Effect, ...] = ()
    item: tuple[Effect, ...] = ()
    named: tuple[Effect, ...] = ()
    denies: bool = False  # forward and absent: where nothing follows, it denies what stands before
    label: Cue | None = None  # what it is as a label: "Ruled out: stroke, infection of the line"

    def __reduce__(self) -> tuple[type[Cue], tuple[object, ...]]:
        """Kept by its fields: a compiled class has no other state to hand out."""
        fields = self.name, self.forward, self.backward, self.value, self.item, self.named, self.denies, self.label
        return Cue, fields

    @property
    def pseudo(self) -> bool:
        return not (self.forward or self.backward or self.value or self.item or self.named)


def file_lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Place and tab-separated fields of each line that says something."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.split(" ;; ")[0].rstrip()
        if line and not line.startswith(";"):
            yield f"{path.name}:{number}", [part.strip() for part in line.split("\t")]


def read_effect(fields: list[str], place: str) -> Effect | None:
    """The effect that a line gives its cue, None for a pseudo-cue; raises KnowledgeError naming `place`."""
    if fields[1:] == ["pseudo"]:
        return None
    if len(fields) != 4:
        raise KnowledgeError("expected 'cue<TAB>value<TAB>scope<TAB>reach' or 'cue<TAB>pseudo'", place)
    _, value, scope, reach = fields
    if value not in _VALUES:
        raise KnowledgeError(f"unknown value '{value}' ({', '.join(_VALUES)}, pseudo)", place)
    if scope not in _SCOPES:
        raise KnowledgeError(f"unknown scope '{scope}' ({', '.join(_SCOPES)})", place)
    if reach not in _REACHES:
        raise KnowledgeError(f"unknown reach '{reach}' ({', '.join(_REACHES)})", place)
    axis, number = _VALUES[value]
    return Effect(axis, number, scope, _REACHES[reach])


def _expand(phrase: str, classes: dict[str, list[tuple[str, ...]]], place: str) -> Iterator[tuple[str, ...]]:
    """Every sequence of tokens that a phrase stands for, its {classes} replaced."""
    parts: list[list[tuple[str, ...]]] = []
    for part in phrase.replace("{", "\0{").replace("}", "}\0").split("\0"):
        if part.startswith("{"):
            if part[1:-1] not in classes:
                raise KnowledgeError(f"no line '= {part}' above", place)
            parts.append(classes[part[1:-1]])
        elif part.strip():
            parts.append([tuple(tokenise(part).text)])
    for choice in product(*parts):
        yield tuple(token for piece in choice for token in piece)


def read_cues(path: Path) -> Trie:
    """The trie of a cue file. Raises KnowledgeError for the first thing wrong."""
    trie: Trie = {}
    classes: dict[str, list[tuple[str, ...]]] = {}
    homes: dict[tuple[tuple[str, ...], str], str] = {}
    for place, fields in file_lines(path):
        phrase = fields[0]
        if phrase.startswith("="):
            name, colon, members = phrase[1:].partition(":")
            if not colon or not members.strip():
                raise KnowledgeError("expected '= {name}: word, word'", place)
            said = (m.strip() for m in members.split(","))
            classes[name.strip().strip("{}")] = [tuple(tokenise(w).text) for w in said if w]
            continue
        effect = read_effect(fields, place)
        for tokens in _expand(phrase, classes, place):
            if not tokens:
                raise KnowledgeError("no cue before the first tab", place)
            node = trie
            for token in tokens:
                node = node.setdefault(token, {})
            cue: Cue | None = node.get("")
            if cue is None:
                cue = node[""] = Cue(" ".join(tokens))
            elif effect is None or cue.pseudo:
                raise KnowledgeError(f"'{cue.name}' is said twice, here and as a pseudo-cue", place)
            if effect is None:
                continue
            key = (tokens, f"{effect.axis}{effect.scope}")
            if key in homes:
                raise KnowledgeError(f"'{cue.name}' is already in {homes[key]}", place)
            homes[key] = place
            _add(cue, effect)
    return trie


def _add(cue: Cue, effect: Effect) -> None:
    labels = effect.scope in _LABELS and effect.value and (effect.axis, effect.value) != _PLANNED
    if cue.label is None and labels and effect.axis in (WHETHER, WHEN):
        cue.label = Cue(cue.name, forward=(Effect(effect.axis, effect.value, "forward", SENTENCE),))
    if effect.scope in _FIELDS:
        setattr(cue, effect.scope, (*getattr(cue, effect.scope), effect))
    elif effect.scope == "last":
        cue.backward += (effect,)
    elif effect.scope == "name":
        cue.named += (effect,)
    else:
        cue.forward += (effect,)
        cue.denies |= effect.axis == WHETHER and effect.value == Whether.ABSENT


def read_proofs(path: Path) -> dict[str, frozenset[str]]:
    """The tests that decide on a condition, by its word. Raises KnowledgeError for a line it cannot read."""
    proofs: dict[str, frozenset[str]] = {}
    for place, fields in file_lines(path):
        if len(fields) != 2 or not all(fields):
            raise KnowledgeError("expected 'condition<TAB>test, test'", place)
        tests = frozenset(test.strip() for test in fields[1].split(","))
        for word in (w.strip() for w in fields[0].split(",")):
            if word in proofs:
                raise KnowledgeError(f"'{word}' is said twice", place)
            proofs[word] = tests
    return proofs


@cache
def proofs() -> dict[str, frozenset[str]]:
    """The proofs of knowledge/sections, read once."""
    return read_proofs(SECTIONS / "proofs.txt")


@cache
def cues() -> Trie:
    """The cues of knowledge/sections, read once; kept compiled between runs."""
    path = SECTIONS / "cues.txt"
    return cached("cues", [path, Path(statements.__file__), Path(words.__file__)], partial(read_cues, path))
