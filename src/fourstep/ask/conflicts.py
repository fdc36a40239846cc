"""Where documents contradict each other: the side, the kind of a condition, how an operation was done."""

from __future__ import annotations

from collections import defaultdict

from fourstep.analyse.statements import Whether
from fourstep.ask.found import BEFORE, Found, quoted
from fourstep.ask.tables import Alternative
from fourstep.ask.wording import FINAL, Proposal, best, concerns, context, document_name, phrase, propose
from fourstep.assign.case import AUTHORITY, Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import Evidence, QueryOption
from fourstep.locate.candidates import PROCEDURAL, Candidate

_LEFT = frozenset("left l lt l) (l (l) os".split())
_RIGHT = frozenset("right r rt r) (r (r) od".split())
_BOTH = frozenset("both bilateral bilaterally bilat each".split())
#: Conditions that may be there on either side at once, or have no side.
_NO_SIDE = Ranges(
    "A B E F I10-I52 I70-I79 J40-J47 M15-M19 R Z V W X Y H25 H90 H91 H52 M81 D O K L57 L82 C44 D04 G20-G47 P"
)
#: Where an operation note says what was known before it began.
_BEFOREHAND = frozenset(("indication", "diagnosis", "secondary_diagnosis", "header", "demographics"))
_PLAIN = frozenset(("uncomplicated", "uneventful"))
_OF_CARE = Ranges("T80-T88 J95 K91 N99 I97 H59 M96 E89")


def _side(case: Case, candidate: Candidate) -> str:
    """l, r or b: the side that stands in the candidate's statement or its row's label, the nearest to it."""
    s = candidate.statement
    tokens = case.record.tokens[s.document]
    best, nearest = "", 60
    for i in range(s.first, s.last):
        side = _side_of(tokens.text[i])
        if side and tokens.text[i - 1] not in ("via", "from"):
            # the side stands before what it belongs to: "left iliac stent via the right femoral artery"
            after = tokens.start[i] >= candidate.end
            gap = tokens.start[i] - candidate.end + 25 if after else max(candidate.start - tokens.end[i], 0)
            if gap < nearest:
                best, nearest = side, gap
    if not best and s.label is not None:
        words = case.record.document(candidate).text[s.label[0] : s.label[1]].lower().split()
        found = {_side_of(w) for w in words} - {""}
        best = found.pop() if len(found) == 1 else ""
    return best


def _side_of(word: str) -> str:
    return "l" if word in _LEFT else "r" if word in _RIGHT else "b" if word in _BOTH else ""


def sides(case: Case, found: Found) -> list[Proposal]:
    """A condition or operation that is on the left in one place of the record and on the right in another."""
    by_category: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for candidate in found.told:
        if candidate.codes[0] in ("?", "-") or candidate.role == "past_history":
            continue
        if candidate.kind == "problem" and candidate.codes[0] in _NO_SIDE:
            continue
        side = _side(case, candidate)
        if side:
            by_category[("p" if candidate.kind == "procedure" else "d") + candidate.codes[0][:3]][
                side
            ].append(candidate)
    out: list[Proposal] = []
    quoted: set[Evidence] = set()
    for by_side in by_category.values():
        left, right = by_side.get("l", []), by_side.get("r", [])
        if not left or not right or by_side.get("b") or not _contradict(left, right):
            continue
        few, many = sorted((left, right), key=len)
        quotes = [context(case, few[0]), context(case, many[0])]
        if quoted.intersection(quotes):
            continue
        quoted.update(quotes)
        name = phrase(case, max(left + right, key=lambda c: AUTHORITY.get(case.record.document(c).type, 3)))
        where = [
            f"{document_name(case, c.statement.document)}: {s}"
            for c, s in ((left[0], "left"), (right[0], "right"))
        ]
        out.append(
            propose(
                60,
                f"Side (laterality) of {name}",
                f"The record gives both sides ({'; '.join(where)}). Which side is right?",
                quotes,
                codes=(few[0].codes[0],),
                options=(QueryOption("Left"), QueryOption("Right"), QueryOption("Both sides")),
            )
        )
    return out[:2]


def _contradict(left: list[Candidate], right: list[Candidate]) -> bool:
    """Whether the sides come from different documents, or one mention stands against several elsewhere."""
    of_left, of_right = {c.statement.document for c in left}, {c.statement.document for c in right}
    if not of_left & of_right:
        return True
    few, many = sorted((left, right), key=len)
    return len(few) == 1 and len({c.statement.document for c in many}) >= 2


def alternatives(case: Case, found: Found, primary: Condition | None) -> list[Proposal]:
    """Conditions that exclude each other, from different documents."""
    mine = [c for c in found.told if c.kind == "problem" and case.record.document(c).type not in BEFORE]
    groups = {g for code in {code for c in mine for code in c.codes} for g in found.tables.groups(code)}
    lines = [number for number, _ in groups]
    out: list[Proposal] = []
    for number in sorted({n for n in lines if lines.count(n) > 1}):
        proposal = _between(case, mine, found.tables.alternatives[number], primary)
        if proposal is not None:
            out.append(proposal)
    return out


def _between(
    case: Case, mine: list[Candidate], line: Alternative, primary: Condition | None
) -> Proposal | None:
    firsts: list[tuple[Candidate, tuple[str, ...], set[int]]] = []
    for group, codes in zip(line.groups, line.codes, strict=True):
        members = [c for c in mine if any(code in group for code in c.codes)]
        if members:
            best = max(members, key=lambda c: AUTHORITY.get(case.record.document(c).type, 3))
            firsts.append((best, codes, {c.statement.document for c in members}))
    documents = [d for _, _, d in firsts]
    if len(firsts) < 2 or documents[0] & documents[1]:
        return None
    one, other = firsts[0][0], firsts[1][0]
    where = "; ".join(
        f"{document_name(case, c.statement.document)}: “{phrase(case, c)}”" for c in (one, other)
    )
    given = tuple(dict.fromkeys((one.codes[0], other.codes[0])))
    return propose(
        line.rank,
        line.about,
        f"The documents differ ({where}). Which applies?",
        [context(case, one), context(case, other)],
        blocking=line.blocks == "b" or (line.blocks == "p" and concerns(primary, *given)),
        codes=given,
        options=tuple(QueryOption(phrase(case, c), (c.codes[0],)) for c in (one, other)),
    )


def modes(case: Case, found: Found) -> list[Proposal]:
    """An operation that the summary tells otherwise than the operation note."""
    out: list[Proposal] = []
    for mode in found.tables.modes:
        operation = next((i for i in case.interventions if i.code in mode.operations), None)
        if operation is None:
            continue
        said: dict[str, list[set[int]]] = {"summary": [], "note": []}
        quotes: list[Evidence] = []
        for number, way in enumerate(mode.ways):
            for hit in (h for p in way for h in found.hits.get(p, ())):
                kind = case.episode.documents[hit.document].type
                place = (
                    "summary"
                    if kind in FINAL and kind != "delivery_record"
                    else "note"
                    if kind in PROCEDURAL
                    else ""
                )
                if place and found.said(hit):
                    said[place].append({number})
                    quotes.append(found.quote(hit))
        summary, note = set().union(*said["summary"]), set().union(*said["note"])
        if summary and note and len(summary) == 1 and note - summary and max(note) not in summary:
            out.append(
                propose(
                    mode.rank,
                    mode.about,
                    "The discharge summary and the operation note differ in how it was done. Which is right?",
                    [quotes[0], quotes[-1]],
                    codes=(operation.code,),
                )
            )
    return out


def undone(case: Case) -> list[Proposal]:
    """An operation that the summary names and that the operation note says was meant and not done."""
    return [
        propose(
            58,
            f"Operation: {phrase(case, told)}",
            f"The {document_name(case, told.statement.document)} names it, and the "
            f"{document_name(case, against.statement.document)} says that it was not done. Was it done?",
            [context(case, told), quoted(case, against.statement.document, against.statement.start, against.statement.end)],
            codes=told.codes,
            options=(QueryOption("Done", told.codes), QueryOption("Not done")),
        )
        for told, against in case.undone[:1]
    ]


def complications(case: Case, primary: Condition | None) -> list[Proposal]:
    """A complication of one document that the final document denies or does not tell."""
    out: list[Proposal] = []
    summaries = [
        i for i, d in enumerate(case.episode.documents) if d.type in FINAL or d.type.endswith("discharge")
    ]
    for condition in case.conditions:
        if not any(c in _OF_CARE for c in condition.codes) or not condition.candidates or not summaries:
            continue
        kin = [x for x in case.conditions if x.code[:4] == condition.code[:4]]
        told = {c.statement.document for x in kin for c in x.candidates}
        if told.intersection(summaries) or primary in kin:
            continue
        if all(c.role in _BEFOREHAND for c in condition.candidates):
            continue
        plain = next(
            ((n, i) for n in summaries for i, t in enumerate(case.record.tokens[n].text) if t in _PLAIN), None
        )
        evidence = [context(case, best(case, condition))]
        if plain is not None:
            tokens = case.record.tokens[plain[0]]
            document = case.episode.documents[plain[0]]
            start, end = tokens.start[plain[1]], tokens.end[plain[1]]
            evidence.append(Evidence(document.name, start, end, document.text[start:end]))
        summary = "the discharge document does not" + (
            " and calls the operation uncomplicated" if plain else ""
        )
        out.append(
            propose(
                63,
                f"Injury or complication of the operation: {phrase(case, best(case, condition))}",
                f"The {document_name(case, best(case, condition).statement.document)} records it; {summary}. "
                "Is it a complication (accidental), or a step of the operation?",
                evidence,
                blocking=plain is None,
                codes=tuple(condition.codes),
                options=(
                    QueryOption("Accidental, a complication of the operation", tuple(condition.codes)),
                    QueryOption("Unavoidable step of the operation"),
                    QueryOption("Did not occur"),
                ),
            )
        )
    return out[:1]


_NEOPLASM = Ranges("C00-C97 D00-D11 D14-D48")  # not the polyps of the gut, which an endoscopist takes out for it
#: Lumps and polyps, which are taken out to be named by histology.
_NAMED_BY_TISSUE = Ranges("C00-C97 D00-D48 K31.7 K62.1 K63.5 L00-L99 N60-N64 N84 R22 R59 R91 E04 N83 K22.7")


def only_on_tissue(case: Case, primary: Condition | None) -> list[Proposal]:
    """A neoplasm that histology met in what was taken out for another disease, and that no clinician names."""
    if primary is None or primary.code in _NAMED_BY_TISSUE:
        return []
    return [
        propose(
            62,
            f"{phrase(case, best(case, c))}: named by histology alone",
            "The report on the tissue names it, and no clinician does. Is it a diagnosis of this stay?",
            [context(case, best(case, c))],
            blocking=True,
            codes=tuple(c.codes),
            options=(QueryOption("A diagnosis", tuple(c.codes)), QueryOption("Not a diagnosis")),
        )
        for c in case.conditions
        if c.code in _NEOPLASM and c.candidates and all(case.record.document(x).type == "histology" for x in c.candidates)
    ][:1]


def denied(case: Case, primary: Condition | None) -> list[Proposal]:
    """A condition that is given though another document of as much weight rules it out."""
    out: list[Proposal] = []
    excluded = [r for r in case.ruled_out if r.codes and r.whether is Whether.RULED_OUT]
    about = {r.codes[0] for r in excluded}
    for condition in case.conditions:
        if condition.code not in about or not condition.candidates or condition.code[0] in "RZVWXY":
            continue
        own = {c.statement.document for c in condition.candidates}
        against = next(
            (
                r
                for r in excluded
                if r.codes[0] == condition.code
                and r.statement.document not in own
                and r.role not in ("past_history", "family", "indication")
            ),
            None,
        )
        if against is None:
            continue
        out.append(
            propose(
                57,
                f"{phrase(case, best(case, condition))}: present or not",
                f"The {document_name(case, condition.first.statement.document)} records it, and the "
                f"{document_name(case, against.statement.document)} rules it out. Is it present?",
                [context(case, best(case, condition)), context(case, against)],
                blocking=condition is primary,
                codes=tuple(condition.codes),
                options=(QueryOption("Present", tuple(condition.codes)), QueryOption("Not present")),
            )
        )
    return out[:2]
