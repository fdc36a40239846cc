"""Whether words are a heading where they stand: at the start of a line, or inside it before a colon."""

from __future__ import annotations

from dataclasses import replace

from fourstep.analyse.headings import NO_HEADING, HeadingRule, Headings, Leaf, Trie, choose
from fourstep.analyse.words import Tokens
from fourstep.episode import Document

BULLETS = frozenset("-–—*•●▪·◦#>")
DASHES = frozenset("-–—")
#: "Impression of ...", "Allergy to ...": words of a sentence, not a heading.
GOES_ON = frozenset(("of", "is", "was", "were", "to", "that", "has", "and", "&", "with", "for", "from", "by", "/"))
_LONGEST_LABEL = 7  # tokens of an unlisted heading that may contain a listed one
_SPELT_OUT = 5  # letters of a heading in capitals that needs no sign after it
#: Flags of headings too common to be part of another.
_WEAK = frozenset(("colon", "line", "header", "keep", "ends", "block"))
_LONGEST_ENDING = 4  # tokens of a label inside a line that only ends with a heading
_STOPS = frozenset(".;|!?\n")
_DENYING = frozenset(("no", "nil", "not", "non"))
#: What is below such a label is talked of, not so: elsewhere a label that is not listed proves nothing.
_TALK = frozenset(("advice", "followup", "plan", "consent", "family", "procedure_planned"))
#: Sections of which nothing is coded, or little; a heading marked `ends` ends these only.
_ENDED = _TALK | frozenset(("medication", "discharge_medication", "allergy", "social", "safeguarding", "demographics"))
_EXCLUDED = frozenset(("excluded", "ruled", "negatives"))  # "Diagnoses excluded:" is left to the cues
_NO_LABEL = frozenset(",.;?")
#: Before a letter that stands for a name.
_COURTESY = frozenset("mr mrs ms miss dr prof sr".split())


#: Headings that also begin the names of conditions, and the words that make them headings all the same.
_ADJECTIVES = {"neonatal", "newborn", "family", "social", "medication", "drug", "delivery", "birth", "dental", "allergic"}
_OF_A_SECTION = {
    "history", "hx", "details", "course", "summary", "circumstances", "issues", "situation", "background", "changes", "list",
    "chart", "record", "notes", "on", "at", "of", "for", "and", "&", "/", "given", "review", "plan", "team", "services",
}  # fmt: skip


class Placer:
    """Finds headings among the tokens of one document."""

    def __init__(self, document: Document, tokens: Tokens, rules: Headings) -> None:
        self.text = document.text
        self.words, self.start, self.end = tokens.text, tokens.start, tokens.end
        self.breaks = tokens.line_ends()
        self.rules = rules
        self.document_rule = rules.document(document.type)
        self.kind = self.document_rule.kind
        self.role = ""  # of the section under way
        self.clinical = False  # a section other than who, where and when has begun

    def _skip_bullet(self, first: int, last: int) -> int:
        words = self.words
        at = first
        while at < last - 1 and words[at] in BULLETS:
            at += 1
        if at < last - 2 and words[at + 1] in (".", ")") and words[at].isdecimal():
            at += 2
        return at

    def opening(self, at: int, last: int) -> tuple[HeadingRule, int] | None:
        """The heading that tokens[at:last] begin with, and where its words begin."""
        words = self.words
        node: Trie = self.rules.trie
        best: tuple[HeadingRule, int] | None = None
        i = at
        while i < last:
            following = node.get(words[i])
            if following is None:
                if not self._hyphen(i):
                    break
                i += 1
                continue
            node = following
            i += 1
            if "" in node:
                rule = self._pick(node[""])
                if rule is not None and rule.role == NO_HEADING:
                    return None
                body = self._signed(rule, at, i, last) if rule is not None else 0
                if rule is not None and body:
                    best = rule, body
        if best is not None and best[0].role == "demographics" and self._enumerates(best[1], last):
            return replace(best[0], role="diagnosis"), best[1]  # "DISCHARGE: 1 aortic stenosis 2 delirium"
        return best or self._unlisted(at, last)

    def _enumerates(self, at: int, last: int) -> bool:
        """Whether a line goes on with numbered items, "1 word ... 2 word", and not with a date."""
        words = self.words
        if words[at] != "1" or at + 1 >= last or not words[at + 1][0].isalpha():
            return False
        return any(words[i] == "2" and words[i + 1][0].isalpha() for i in range(at + 2, last - 1))

    def _hyphen(self, i: int) -> bool:
        """Whether token i joins two words: "Follow-up" is the heading "follow up"."""
        return (
            self.words[i] in DASHES
            and 0 < i < len(self.words) - 1
            and self.end[i - 1] == self.start[i]
            and self.end[i] == self.start[i + 1]
        )

    def _pick(self, leaf: Leaf) -> HeadingRule | None:
        """The rule for these words here: who, where and when only before the first clinical section."""
        if leaf.plain:
            return leaf.anywhere(self.kind)
        header = not self.clinical
        fitting = [
            r
            for r in leaf.rules
            if r.fits(self.kind)
            and ("header" not in r.flags or header)
            and not (r.not_in == "header" and header)
            and (r.anywhere or self.role == r.after or ("ends" in r.flags and self.role in _ENDED))
        ]
        if header and any("header" in r.flags for r in fitting):
            fitting = [r for r in fitting if "header" in r.flags] or fitting
        return choose(fitting, self.kind)

    def _signed(self, rule: HeadingRule, at: int, i: int, last: int) -> int:
        """Where the words below the heading tokens[at:i] begin; 0 if it is none by its place."""
        words, flags = self.words, rule.flags
        if i < last and words[i] == "(":  # "PAST MEDICAL HISTORY (from problem list)", "USS (o/call):"
            close = next((k for k in range(i + 1, min(i + 9, last)) if words[k] == ")"), 0)
            if close and (close + 1 == last or words[close + 1] == ":"):
                i = close + 1
                if i == last and "colon" in flags:
                    return 0  # "Spinal (Dr Ames)"
        if "block" in flags:
            return last if words[i:last] in ([], [":"], ["-"]) else 0
        if i < last and words[i] == ":":
            return i + 1
        if i == last:
            # an examination alone on its line in a list of what was done is an entry of that list
            entry = self.role == "procedure" and rule.role == "investigation" and "colon" in flags
            return i if "header" not in flags and not entry else 0
        gap = self.start[i] - self.end[i - 1]
        capitals = self._capitals(at, i)
        if "colon" in flags or ("caps" in flags and not capitals):
            return 0
        if words[i] in DASHES and gap and i + 1 < last and self.start[i + 1] > self.end[i]:
            return i + 1
        if gap > 1 or (gap and self.text[self.end[i - 1]] == "\t"):
            return i
        if not gap:
            return 0
        if words[i] in GOES_ON:
            return 0
        if "bare" in flags and self.text[self.start[at]].isupper():
            return i
        if "proper" in flags and self.text[self.start[at]].isupper():
            nearest = self.text[self.start[i]]
            if nearest.isupper() or nearest.isdigit():
                return i
        if capitals and self.end[i - 1] - self.start[at] >= _SPELT_OUT and not self._capitals(i, i + 1):
            return i if words[i] not in DASHES and words[i][0].isalnum() else 0
        return 0

    def _capitals(self, first: int, last: int) -> bool:
        piece = self.text[self.start[first] : self.end[last - 1]]
        return piece.isupper()

    def _unlisted(self, at: int, last: int) -> tuple[HeadingRule, int] | None:
        """An unlisted heading before a colon that begins or ends with a listed one: "Plan for the GP:"."""
        words = self.words
        stop, end = at + 1, min(at + _LONGEST_LABEL, last)
        while stop < end and words[stop] != ":":
            stop += 1
        if stop >= end or stop - at < 2 or not self.text[self.start[at]].isupper():
            return None
        if words[at] in _ADJECTIVES and words[at + 1] not in _OF_A_SECTION:
            return None  # "Neonatal hypoglycaemia:", "Social anxiety:"
        if (
            not _NO_LABEL.isdisjoint(words[at:stop])
            or not _EXCLUDED.isdisjoint(words[at:stop])
            or "   " in self.text[self.start[at] : self.start[stop]]
        ):
            return None
        for trie, span in ((self.rules.trie, words[at:stop]), (self.rules.backwards, words[at:stop][::-1])):
            node: Trie = trie
            best: HeadingRule | None = None
            for token in span:
                following = node.get(token)
                if following is None:
                    break
                node = following
                if "" in node:
                    leaf: Leaf = node[""]
                    rule = leaf.anywhere(self.kind)
                    whole = trie is self.rules.trie or " " in rule.phrase if rule else False
                    short = len(rule.phrase) <= 3 and not self._capitals(at, at + 1) if rule else False
                    if rule and whole and not short and not rule.flags & _WEAK:
                        best = rule  # "PMH from GP summary:" is a history, and no summary
            if best is not None:
                return best, stop + 1
        return None

    def _stands_alone(self, i: int, first: int) -> bool:
        """Whether a heading may begin at token i inside a line: after a sign or a gap, or with a capital."""
        if i == first or self.words[i - 1] in ".;|,)]?!":
            return True
        if self.words[i - 1] in _COURTESY:
            return False  # "D/w Miss P: an atypical fracture"
        if self.words[i - 1] in "/-(&+" or self.start[i] == self.end[i - 1]:
            return False
        return self.start[i] - self.end[i - 1] > 1 or self.text[self.start[i]].isupper()

    def _ending(self, first: int, colon: int) -> tuple[HeadingRule, int] | None:
        """A label of few words that ends with a heading: "... to daughter. Written advice: red eye"."""
        words = self.words
        head = colon
        while head > first and colon - head < _LONGEST_ENDING and words[head - 1] not in _STOPS:
            head -= 1
        if head == colon or not self.text[self.start[head]].isupper() or words[head] in _DENYING:
            return None
        if head > first and words[head - 1] not in _STOPS:
            return None
        node: Trie | None = self.rules.backwards
        best: HeadingRule | None = None
        for token in words[head:colon][::-1]:
            node = node.get(token) if node else None
            if node is None:
                break
            if "" in node:
                leaf: Leaf = node[""]
                rule = leaf.anywhere(self.kind)
                if rule and rule.role in _TALK:
                    best = rule
        return (best, head) if best is not None else None
