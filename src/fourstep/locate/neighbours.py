"""What the items of a sentence lend to each other: a lead term, a site, the answer to what another item asks."""

from __future__ import annotations

from dataclasses import replace

from fourstep.analyse.statements import Whether
from fourstep.analyse.words import Lexicon
from fourstep.locate.candidates import Far, Line
from fourstep.locate.lookup import Lookup
from fourstep.locate.matcher import Hit

#: "Acetabulum OK" lends its site to no fracture of the sentence.
_NORMAL = frozenset("ok normal clear intact unremarkable nad healthy".split())
#: Words of a habit, or of how someone lives, that another item may answer: "Lives: alone".
_HABIT = frozenset("smoking smoker smoked smokes smoke cigarette tobacco live lives".split())
_ASKED = _HABIT | {"status", "history"}  # "Smoking: never"
_ENDED = frozenset("stopped quit gave given until till".split())
_WAS = frozenset("ex former formerly previous previously past".split())
_SIDES = frozenset(("left", "right"))
_LED = ("problem", "procedure")
_DEEPENED = ("problem", "procedure", "cause")
_NO_WORDS: frozenset[str] = frozenset()
_LONGEST_HEAD = 4  # words of an item that may take its lead term from the next: "left recurrent inguinal and ..."
_JOINTS = frozenset(("and", "&", "+"))
_LONGEST_TAIL = 6  # words of an item that may take its lead term from the item before


def _said(word: str, sentence: list[Line]) -> bool:
    return any(word in line.words.text for line in sentence)


def _other_sides(line: Line, other: Line) -> bool:
    """Whether each of two items names a side of its own: "right inguinal hernia and left recurrent inguinal hernia"."""
    mine, its = line.words.text, other.words.text
    left, right = "left" in mine, "right" in mine
    return left != right and ("left" in its) == right and ("right" in its) == left


def _loose(line: Line, sentence: list[Line]) -> frozenset[str]:
    """Words of the other items of the sentence, of the same assertion, that no entry explains."""
    s = line.statement
    found: set[str] = set()
    for other in sentence:
        o = other.statement
        if other is line or o.who is not s.who:
            continue
        if o.whether is not s.whether and (o.whether > Whether.PROBABLE or s.whether > Whether.PROBABLE):
            continue
        left = other.unexplained()
        if left and _NORMAL.isdisjoint(other.words.text) and not _other_sides(line, other):
            found.update(left)
    return frozenset(found.difference(line.words.text)) if found else _NO_WORDS


def _untouched(hits: list[Hit], deeper: list[Hit]) -> list[Hit]:
    """The conditions beside an operation that alone was looked up again: the stone of "CT KUB ureteric stone, mild ..."."""
    if any(h.entry.kind == "problem" for h in deeper):
        return []
    return [h for h in hits if h.entry.kind == "problem"]


class Neighbours:
    """Looks the items of a sentence up again, with what stands beside them."""

    def __init__(self, lookup: Lookup, lexicon: Lexicon) -> None:
        self.lookup = lookup
        self.lexicon = lexicon

    def deepen(
        self,
        line: Line,
        sentence: list[Line],
        at: int,
        guards: frozenset[str],
        far: Far,
        text: str,
    ) -> None:
        """Let words that nothing explains make a hit more specific: those of the label, then of the nearest items.

        The line is number `at` of its sentence; `text` is that of the document.
        """
        s = line.statement
        if s.label is None and len(sentence) == 1:
            return
        for h in line.hits:
            if h.entry.children and h.entry.kind in _DEEPENED:
                break
        else:
            return
        near: set[str] = set()
        if s.label is not None:
            near.update(self.lexicon.phrase(text[s.label[0] : s.label[1]]))
        kinds = tuple(dict.fromkeys(h.entry.kind for h in line.hits))
        roots = {h.root.place for h in line.hits}
        before = [h.codes for h in line.hits]
        for reach in range(len(sentence)):
            known = len(near)
            if reach:
                beside = [sentence[i] for i in (at - reach, at + reach) if 0 <= i < len(sentence)]
                near |= _loose(line, beside)
            if near:
                near.difference_update(line.words.text)
            if not near or (reach and len(near) == known):
                continue
            found = self.lookup.find(line.words.text, kinds, guards, near, far)
            deeper = [h for h in found if h.root.place in roots]
            if deeper:
                line.hits = sorted(deeper + _untouched(line.hits, deeper), key=lambda h: (h.mask & -h.mask, h.positions()))
            if [h.codes for h in line.hits] != before:
                return

    def take_lead(
        self, line: Line, sentence: list[Line], at: int, guards: frozenset[str], far: Far
    ) -> None:
        """ "fractures of the femur, tibia and fibula": an item without a lead term takes the last of its sentence."""
        text = line.words.text
        if not text or len(text) > _LONGEST_TAIL:
            return
        s = line.statement
        led = False
        for h in line.hits:
            if h.entry.kind == "procedure":
                return
            led = led or h.entry.kind == "problem"
        if led and not self._on_its_side(line, sentence[:at]):
            return
        leads = {
            h.root.place: h.root
            for b in reversed(sentence[:at]) if b.statement.whether is s.whether and b.statement.who is s.who
            for h in reversed(b.hits) if h.entry.kind in _LED and h.root.children and not (led and h.entry.kind == "problem")
        }  # fmt: skip
        if not leads or not _NORMAL.isdisjoint(text):
            return
        if {w for b in sentence[:at] for h in b.hits for w in h.inherited}.issuperset(text):
            return  # "hiatus hernia - irreducible": it made the item before it more specific
        # what already made the lead term more specific is no further condition: "burn, partial thickness: chest, arm"
        known = {h.codes for b in sentence[:at] for h in b.hits}
        for root in leads.values():
            said = (
                p.words for p in root.phrases
                if p.words and all(_said(w, sentence) for w in p.words)
                and (not led or len(set(p.words).difference(text)) <= 1)  # of the same disease, but for what was done
            )  # fmt: skip
            opening = list(dict.fromkeys(w for words in said for w in words))
            if not opening:
                continue
            found = self.lookup.find([*opening, *text], (root.kind,), guards, _loose(line, sentence), far)
            width = len(opening)
            own = ((1 << len(text)) - 1) << width
            line.hits = line.hits + [
                replace(hit, lead=0, mask=hit.mask >> width, explained=hit.explained >> width)
                for hit in found
                if hit.root is root and hit.mask & own and hit.entry is not root and hit.codes not in known
            ]
            if line.hits:
                return

    def borrow_lead(self, line: Line, behind: Line, text: str, guards: frozenset[str], far: Far) -> None:
        """ "left inguinal and right femoral hernia": an item without a lead term, joined to the next, takes the next one's."""
        words, a, b = line.words.text, line.statement, behind.statement
        if line.hits or not words or len(words) > _LONGEST_HEAD or (a.whether, a.when, a.who) != (b.whether, b.when, b.who):
            return
        if text[a.end : b.start].strip() not in _JOINTS or not _NORMAL.isdisjoint(words):
            return
        width = len(words)
        own = (1 << width) - 1
        for root in {h.root.place: h.root for h in behind.hits if h.entry.kind == "problem" and h.root.children}.values():
            known = {h.codes for h in behind.hits}
            opening = [w for w in behind.words.text if any(w in p.words for p in root.phrases)]
            found = self.lookup.find([*words, *opening], ("problem",), guards, frozenset(), far)
            line.hits = [
                replace(hit, lead=0, mask=hit.mask & own, explained=hit.explained & own)
                for hit in found
                if hit.root is root and hit.entry is not root and hit.codes not in known
                and not _SIDES.issuperset(w for i, w in enumerate(words) if hit.mask >> i & 1)
            ]  # fmt: skip
            if line.hits:
                return

    def _on_its_side(self, line: Line, before: list[Line]) -> bool:
        """Whether an operation before it in its sentence was of the other side, of the same disease."""
        return any(
            h.entry.kind == "procedure"
            and _other_sides(line, b)
            and any(w in line.words.text and w in b.words.text for phrase in h.root.phrases for w in phrase.words)
            for b in before for h in b.hits
        )  # fmt: skip

    def answer(self, asked: Line, line: Line, guards: frozenset[str]) -> None:
        """ "Smoking: stopped 2010", "smoked 20 a day until 2015": a habit and what the next words say of it are one."""
        before, text = asked.words.text, line.words.text
        if not text or not before or not (
            text[0] in _ENDED
            or (before[-1] in _ASKED and (len(text) == 1 or text[0][0].isdigit()))
            or (before[-1] in _ASKED and text[0] in _WAS and all(word[0].isdigit() for word in text[1:]))  # "ex (2013)"
        ):
            return
        if _HABIT.isdisjoint(before) or any(h.codes[0] == "Z86.4" for h in asked.hits):
            return
        width, own = len(before), (1 << len(text)) - 1
        hits = [
            replace(hit, lead=0, mask=hit.mask >> width, explained=hit.explained >> width)
            for hit in self.lookup.find([*before, *text], ("circumstance",), guards)
            if hit.mask >> width & own and hit.mask & ~(own << width)
        ]
        if hits:
            asked.hits = [h for h in asked.hits if h.entry.kind != "circumstance"]
            line.hits = [h for h in line.hits if h.entry.kind != "circumstance"] + hits
