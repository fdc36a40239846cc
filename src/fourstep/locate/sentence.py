"""The items of one sentence, located together; a sentence that has been read before is not read again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fourstep.analyse.words import Lexicon, Tokens
from fourstep.locate.candidates import Far, Line
from fourstep.locate.dashes import DASHES, join_over_dash, join_over_doubt
from fourstep.locate.index import Index
from fourstep.locate.lines import LOOKED_FOR, Afar, joints_of, kinds_for
from fourstep.locate.lookup import Lookup
from fourstep.locate.matcher import Hit, nearest
from fourstep.locate.memory import Kept, Key, Memory
from fourstep.locate.neighbours import Neighbours
from fourstep.locate.short_forms import keep_whole

_MOST_SEEN = 8_000
_NO_WORDS: frozenset[str] = frozenset()
_BESIDE_ALLERGENS = ("problem", "circumstance")
#: Diseases, not what an allergen does to skin, gut and breath.
_DISEASE = re.compile(r"[A-IMN]|J4[0-4]|K(?!52)|L40|Q")


class Sentences:
    """Looks the items of a sentence up, first each by itself, then with what stands beside it."""

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self.lookup = Lookup(index)
        self.neighbours = Neighbours(self.lookup, lexicon)
        self._memory = Memory(_MOST_SEEN)

    def locate(self, at: int, afar: Afar, tokens: Tokens, text: str, guards: frozenset[str]) -> None:
        """Give each item of sentence number `at` its hits. `text` is that of the document."""
        sentence = afar.sentences[at]
        key = _key(sentence, text)
        known = self._memory.general(key)
        if known is not None and known.asked:
            far = afar.of(at)
            if far and known.afar is None:
                known.afar = self._afar(sentence)
            known = self._memory.particular(key, known, guards, far)
        if known is not None:
            for i, line in enumerate(sentence):
                line.hits = known.hits[i]
            return
        self.lookup.asked = False
        far = afar.of(at)
        self.read(sentence, tokens, text, guards, far)
        if all(line.lent is None for line in sentence):
            found = Kept([line.hits for line in sentence], self.lookup.asked)
            if found.asked and far:
                found.afar = self._afar(sentence)
            self._memory.keep(key, found, guards, far)

    def _afar(self, sentence: list[Line]) -> frozenset[str]:
        return self.lookup.index.afar([word for line in sentence for word in line.words.text])

    def read(
        self,
        sentence: list[Line],
        tokens: Tokens,
        text: str,
        guards: frozenset[str],
        far: Far,
        specimens: Sequence[frozenset[str]] = (),
    ) -> None:
        """The same without a memory. `specimens` has the words near each item in a report on what was sent, if it is one."""
        for i, line in enumerate(sentence):
            self._by_itself(line, tokens, guards, far, specimens[i] if specimens else _NO_WORDS)
        self._past_allergens(sentence, guards)
        for at in range(1, len(sentence)):
            join_over_dash(self.lookup, sentence[at - 1], sentence[at], text, guards)
            join_over_doubt(self.lookup, sentence[at - 1], sentence[at], text, guards)
        for at, line in enumerate(sentence):
            if line.hits:
                self.neighbours.deepen(line, sentence, at, guards, far, text)
        for at in range(1, len(sentence)):
            line, before = sentence[at], sentence[at - 1]
            self.neighbours.borrow_lead(before, line, text, guards, far)
            self.neighbours.take_lead(line, sentence, at, guards, far)
            self.neighbours.answer(before, line, guards)

    def _by_itself(self, line: Line, tokens: Tokens, guards: frozenset[str], far: Far, near: frozenset[str]) -> None:
        words = line.words.text
        if not words:
            return
        kinds = LOOKED_FOR[kinds_for(line.statement, words)]
        line.hits = self.lookup.find(words, kinds, guards, near.difference(words) if near else near, far)
        if len(line.hits) > 1:
            line.hits = _without_parts(line)
            if len(line.hits) > 1:
                joints = joints_of(line, tokens)
                line.hits = nearest(line.hits, joints)
                keep_whole(line, self.lookup, guards, joints)

    def _past_allergens(self, sentence: list[Line], guards: frozenset[str]) -> None:
        """A list of allergens ends where a disease stands: "allergic to penicillin, hypertension". A reaction is none."""
        named = False
        for line in sentence:
            if not line.statement.allergy or line.statement.section.role == "allergy":
                continue
            if any(h.entry.kind == "allergy" for h in line.hits):
                named = True
            elif named and line.words.text:
                hits = self.lookup.find(line.words.text, _BESIDE_ALLERGENS, guards)
                if any(h.entry.kind == "problem" and _DISEASE.match(h.codes[0]) for h in hits):
                    line.hits = hits


def _key(sentence: list[Line], text: str) -> Key:
    """All that the hits of a sentence depend on, but for the guards and the words of the whole note.

    For each item its wording, and in one figure what it may look for and its assertion; its label; and whether a dash stands
    before it, or a question mark.
    """
    key: list[object] = []
    end = -1
    for line in sentence:
        s, words = line.statement, line.words
        whether: int = s.whether  # plain figures: an enumeration is slow to reckon with
        when: int = s.when
        who: int = s.who
        key.append(words.wording)
        key.append((((kinds_for(s, words.text) * 8 + whether) * 8 + when) * 8 + who) * 2 + int(s.allergy))
        if s.label is not None:
            key.append(text[s.label[0] : s.label[1]])
        if end >= 0:
            between = text[end : s.start]
            if between.strip() in DASHES:
                key.append(None)
            if "?" in between or text[s.start] == "?":
                key.append("?")
        end = s.end
    return tuple(key)


def _part(hit: Hit, line: Line) -> bool:
    """Whether the words of a hit only stand in the short form of a procedure."""
    first = line.words.wording.first
    tokens = {first[i] for i in range(len(first)) if hit.mask >> i & 1}
    return len(tokens) == 1 and any(
        h.entry.kind == "procedure" and hit.mask & ~h.mask == 0 and h.mask != hit.mask
        and {first[i] for i in range(len(first)) if (h.mask & ~hit.mask) >> i & 1} & tokens
        for h in line.hits
    )  # fmt: skip


def _without_parts(line: Line) -> list[Hit]:
    """The hits without conditions that only stand in the short form of a procedure: TURBT names no tumour of now."""
    if len({h.entry.kind for h in line.hits}) < 2:
        return line.hits
    return [h for h in line.hits if h.entry.kind != "problem" or not _part(h, line)]
