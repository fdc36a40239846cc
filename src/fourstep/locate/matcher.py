"""Step 2, locate: which entries of the index stand in a statement and its frame.

A statement is a list of canonical words. The rarest word of a lead term opens it; from there the matcher walks down with
whatever modifiers are within reach, and the entry that explains most words wins. Words of the frame (siblings in the
sentence, heading, label, and for '&' phrases the whole note) may deepen an entry, never open one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from fourstep.books.tables import Ranges
from fourstep.locate.index import CURATED, Entry, Index, Phrase

#: Looks and approaches, which another operation includes when it takes up their word.
_WAYS_IN = Ranges("E25 E49-E51 G16 G19 G45 H22 H25 H28 K63 M30 M45 Q18 T11 T30 T43 U W87-W88 Y")
#: A modifier further than this many canonical words from anything matched belongs to something else.
REACH = 6
_SIDES = ("left", "right", "bilateral")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that stands in the statement: `mask` has a bit for each word of the statement it uses.

    `lead` are those of the lead term; `explained` adds nonessential modifiers to them. `inherited` are the words
    taken from the frame, in the order they were used. `far` are those that '&' phrases use. `codes` are the entry's, with the
    approach codes of a sibling that differs in nothing else ("laparoscopic" beside "partial").
    """

    entry: Entry
    root: Entry
    lead: int
    mask: int
    explained: int
    codes: tuple[str, ...]
    inherited: tuple[str, ...] = ()
    far: int = 0

    @property
    def size(self) -> int:
        return self.mask.bit_count() + len(self.inherited)

    def positions(self) -> tuple[int, ...]:
        """Where the words of a condition stand: of "metastases to skin and bone" the skin comes first."""
        if self.entry.kind == "procedure":
            return ()
        return tuple(i for i in range(self.mask.bit_length()) if self.mask >> i & 1)


class Scene:
    """What one statement offers the matcher: its own words by position, the words near it, and those of the whole note.

    `asked` tells afterwards whether what was found could depend on the words of the note or on the guards.
    """

    __slots__ = ("asked", "far", "guards", "near", "nearby", "offered", "text", "words")

    def __init__(
        self,
        text: Sequence[str],
        guards: frozenset[str],
        near: Collection[str] = (),
        far: Collection[str] = (),
    ) -> None:
        self.text = list(text)
        self.guards = guards
        self.near = frozenset(near)
        self.nearby = sorted(near)  # a set has no order that two runs share
        self.far = far
        self.asked = False
        self.words: dict[str, int] = {}
        for i, word in enumerate(self.text):
            self.words[word] = self.words.get(word, 0) | (1 << i)
        self.offered = [*self.words, *self.nearby]

    def within_reach(self, bits: int, mask: int) -> int:
        """Those bits that stand within reach of the mask; all of them while nothing is matched yet."""
        if not mask:
            return bits
        spread = mask | mask << 1 | mask >> 1  # 1 + 2 + 3 steps to either side: REACH
        spread |= spread << 2 | spread >> 2
        spread |= spread << 3 | spread >> 3
        return bits & spread


def _in_order(group: tuple[str, ...], scene: Scene) -> bool:
    """Whether the quoted words stand side by side in the statement, one other word between them at most."""
    text = scene.text
    last = len(group) - 1
    for i, word in enumerate(text):
        if word != group[0]:
            continue
        at, k = i, 0
        while k < last:
            if at + 1 < len(text) and text[at + 1] == group[k + 1]:
                at += 1
            elif at + 2 < len(text) and text[at + 2] == group[k + 1]:
                at += 2
            else:
                break
            k += 1
        if k == last:
            return True
    return False


def _fits(phrase: Phrase, scene: Scene, mask: int, framed: bool = True) -> tuple[int, tuple[str, ...]] | None:
    """The bits and the inherited words that the phrase adds to what is matched, or None; lead terms take no frame."""
    for guard in phrase.guards:
        scene.asked = True
        if guard[0] == "!":
            if guard[1:] in scene.guards:
                return None
        elif guard not in scene.guards:
            return None
    words = scene.words
    added = 0
    inherited: tuple[str, ...] = ()
    for word in phrase.words:
        bits = words.get(word, 0)
        if bits:
            bits = scene.within_reach(bits, mask | added)
            if word[0].isdigit() and bits and mask | added:
                around = mask | added
                bits &= around << 1 | around >> 1 | around << 2 | around >> 2 | around
        if bits:
            added |= bits
        elif not framed:
            return None
        elif word in scene.near or (phrase.far and word in words):
            inherited = (*inherited, word)
        elif phrase.far:
            scene.asked = True
            if word not in scene.far:
                return None
            inherited = (*inherited, word)
        else:
            return None
    for out in phrase.excluded:
        if out[0] in words and (len(out) == 1 or _in_order(out, scene)):
            return None
    for group in phrase.groups:
        lent = sum(word in inherited for word in group)
        if not lent and not _in_order(group, scene):
            return None
        if 0 < lent < len(group) and not phrase.far:
            return None  # words of two items do not stand side by side
    return added, inherited


def _descend(
    entry: Entry,
    root: tuple[Entry, int],
    scene: Scene,
    mask: int,
    explained: int,
    inherited: tuple[str, ...],
    out: list[Hit],
    far: int = 0,
) -> None:
    """Collect the deepest coded entries below `entry` that fit."""
    words = scene.words
    for phrase in entry.phrases:
        for word in phrase.optional:
            if word in words:
                explained |= scene.within_reach(words[word], mask)
    beside: list[Hit] = []
    near = entry.near
    if near:
        for word in scene.offered:
            led = near.get(word)
            if led is None:
                continue
            for phrase, child in led:
                fit = _fits(phrase, scene, mask)
                if fit is not None:
                    _descend(child, root, scene, mask | fit[0], explained, inherited + fit[1], beside, far)
    away: list[Hit] = []
    for phrase, child in entry.far:
        fit = _fits(phrase, scene, mask)
        if fit is not None:
            _descend(child, root, scene, mask | fit[0], explained, inherited + fit[1], away, far | fit[0])
    if beside and away:
        beside = [_with_approach(hit, entry, away) for hit in beside]
    out += beside or away
    if entry.codes and not (beside or away):
        out.append(Hit(entry, *root, mask, mask | explained, entry.codes, inherited, far))


def _with_approach(hit: Hit, parent: Entry, away: list[Hit]) -> Hit:
    """The hit with what its far siblings add to their common parent: the Y codes of approach and method."""
    codes = hit.codes
    for other in away:
        if parent.codes and other.codes[: len(parent.codes)] == parent.codes:
            codes += tuple(c for c in other.codes[len(parent.codes) :] if c not in codes)
    return hit if codes == hit.codes else replace(hit, codes=codes)


def _covers(kept: Hit, hit: Hit) -> bool:
    """Whether a kept hit leaves nothing for another: a title of the book must say more than a curated entry explains."""
    if hit.mask & ~(kept.mask if kept.entry.layer == hit.entry.layer else kept.explained):
        return False
    # an operation that only lends its word to another ("sentinel node biopsy" beside "mastectomy") was done itself
    lent = (
        hit.entry.kind == "procedure" and hit.root is not kept.root and hit.lead != 0 and hit.lead & ~kept.far == 0
    )
    return not lent or hit.codes[0] in ("-", "?") or hit.codes[0] in _WAYS_IN


def _without_loose(hits: list[Hit], scene: Scene) -> list[Hit]:
    """Imported entries never speak against a curated one and never for a part of an item.

    Where a curated entry of the same kind reads one of their words, it stands, with its code. And with the curated
    entries they must explain every word of the item: "vein graft" in the name of a bypass is no operation of its own.
    """
    curated = [h for h in hits if h.entry.layer >= CURATED]
    whole = (1 << len(scene.text)) - 1
    for word in _SIDES:
        whole &= ~scene.words.get(word, 0)
    for hit in curated:
        whole &= ~hit.explained
    return [
        h for h in hits
        if not h.entry.imported
        or not (whole & ~h.mask or any(c.entry.kind == h.entry.kind and c.mask & h.mask for c in curated))
    ]  # fmt: skip


def _best(hits: list[Hit]) -> list[Hit]:
    """Drop what another entry of the same kind explains better: fewer words, or the same words in a lower layer."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.entry.layer, -h.mask.bit_count(), -h.size, "{" not in h.entry.text, h.entry.place)):
        if not any(k.entry.kind == hit.entry.kind and _covers(k, hit) for k in kept):
            # a fuller entry of a lower layer takes the place of the curated ones that it contains
            kept = [k for k in kept if k.entry.kind != hit.entry.kind or k.mask & ~hit.mask] + [hit]
    return kept


def _distance(lead: int, word: int, joints: int) -> int:
    """Words between a lead term and one of its modifiers; a conjunction between them counts as two more."""
    return min(
        abs(a - b) + 2 * (joints >> min(a, b) + 1 & (1 << abs(a - b)) - 1).bit_count()
        for a in _places(lead)
        for b in _places(word)
    )


def _places(mask: int) -> list[int]:
    return [i for i in range(mask.bit_length()) if mask >> i & 1]


def nearest(hits: list[Hit], joints: int) -> list[Hit]:
    """Of two lead terms in one item, each modifier belongs to the nearer: "groin abscess and leg cellulitis".

    A hit is dropped when another lead term claims one of its modifiers from nearer by, and its own lead term has another hit.
    `joints` has a bit for each word that a conjunction stands before.
    """
    kept: list[Hit] = []
    for hit in hits:
        own = hit.mask & ~hit.lead
        rivals = [
            o for o in hits
            if o.root is not hit.root and o.entry.kind == hit.entry.kind and own & o.mask & ~o.lead
            and _distance(o.lead, own & o.mask, joints) < _distance(hit.lead, own & o.mask, joints)
        ]  # fmt: skip
        if not (rivals and any(o.root is hit.root and not own & o.mask & ~o.lead for o in hits)):
            kept.append(hit)
    return kept


def _possible(hit: Hit, scene: Scene) -> bool:
    """Whether the entry can mean this patient: obstetric senses need a woman, perinatal ones a baby."""
    chapter = hit.codes[0][0]
    if chapter != ("R" if hit.entry.kind == "procedure" else "O") and (chapter != "P" or hit.entry.kind == "procedure"):
        return True
    scene.asked = True
    guards = scene.guards
    if hit.entry.kind == "procedure":
        return not guards & {"male", "newborn"}
    if chapter == "O":
        return not guards & {"male", "infant"}
    if hit.codes[0].startswith("P27"):  # the lungs of a child born too early keep the name
        return "adult" not in guards
    return "infant" in guards or not guards & {"child", "adult"}


def below(root: Entry, scene: Scene) -> list[Hit]:
    """The deepest entries below one lead term that stands in the scene: the same search, begun at that term."""
    hits: list[Hit] = []
    for phrase in root.phrases:
        fit = _fits(phrase, scene, 0, framed=False)
        if fit is not None:
            _descend(root, (root, fit[0]), scene, fit[0], 0, (), hits)
    return _best([h for h in hits if _possible(h, scene)])


def locate(index: Index, scene: Scene, kinds: tuple[str, ...]) -> list[Hit]:
    """The entries of the given kinds that stand in the scene, the most specific of each, in order of their words."""
    hits: list[Hit] = []
    leads, known, words = index.leads_of(kinds), index.leads, scene.words
    for word in words:
        found = leads.get(word)
        if found is None:
            if word not in known and index.imported is None:
                continue
            found = index.lead(word, kinds)
        for others, phrase, entry in found:
            for other in others:
                if other not in words:
                    break
            else:
                fit = _fits(phrase, scene, 0, framed=False)
                if fit is not None:
                    _descend(entry, (entry, fit[0]), scene, fit[0], 0, (), hits)
    if not hits:
        return hits
    hits = [h for h in hits if _possible(h, scene)]
    if index.imported is not None:
        hits = _without_loose(hits, scene)
    if len(hits) < 2:
        return hits
    # "scald of hand and forearm": conditions of one lead term in the order of their own words
    return sorted(_best(hits), key=lambda h: (h.mask & -h.mask, h.positions(), h.entry.place))
