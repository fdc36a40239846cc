"""The standards' tables: what may code, one code an episode, combinations, what hides what. Text that a coder can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from fourstep.analyse.terms import strip_comment
from fourstep.assign.done_where import DoneWhere, read_done_where
from fourstep.assign.families import Families, read_families
from fourstep.assign.kinds import Kind, read_kinds
from fourstep.assign.principal import Principal, read_principal
from fourstep.assign.tumour_sites import Part, read_tumour_sites
from fourstep.assign.weights import Weights, read_weights
from fourstep.books.tables import Chart, Numbered, Ranges
from fourstep.errors import KnowledgeError
from fourstep.knowledge import STANDARDS


def facts(path: Path) -> Iterator[tuple[str, str]]:
    """(place, fact) of every line that says something."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fact = strip_comment(line).strip()
        if fact:
            yield f"{path.name}:{number}", fact


@dataclass(frozen=True, slots=True)
class OneCode:
    """One code only of these categories, chosen by `rule`: specific, highest, latest, or order with its codes."""

    codes: Ranges
    rule: str
    order: tuple[str, ...] = ()
    standard: str = "FS.GEN.03"


@dataclass(frozen=True, slots=True)
class Combination:
    """`first` and `second` together are recorded as `result`; the second stays where `keep`."""

    first: str
    second: str
    result: tuple[str, ...]
    keep: bool
    standard: str = "FS.GEN.05"


@dataclass(frozen=True, slots=True)
class Link:
    """An `effect` that the record says a `cause` brought about, and its codes: "=" its own, "*" the category of the cause."""

    effect: Ranges
    cause: Ranges
    result: tuple[str, ...]
    standard: str


@dataclass(frozen=True, slots=True)
class Guided:
    """Image control: the phrases that name it, with their codes, and the procedures that take it."""

    phrases: list[tuple[tuple[str, ...], str]]
    takes: Ranges
    table: list[tuple[str, ...]]  # words that only say that it was done on the X-ray table
    screened: Ranges  # the procedures for which that is enough

    def code(self, tokens: list[str]) -> str:
        """The Y53 code that surface words name, or ""."""
        words = [w for w in tokens if w.isalnum()]
        return next((code for phrase, code in self.phrases if _side_by_side(phrase, words)), "")

    def on_table(self, tokens: list[str]) -> bool:
        """Whether surface words say that X-ray screening was used: its time, dose or contrast."""
        words = [w for w in tokens if w.isalnum()]
        return any(_side_by_side(phrase, words) for phrase in self.table)


def _side_by_side(phrase: tuple[str, ...], words: list[str]) -> bool:
    first, size = phrase[0], len(phrase)
    return any(word == first and tuple(words[i : i + size]) == phrase for i, word in enumerate(words))


@dataclass(frozen=True, slots=True)
class Adverse:
    """Adverse effects: which need little to be linked, what they are called, what drugs are given for, names of classes."""

    loose: Ranges
    names: dict[str, str]
    treats: list[tuple[str, Ranges]]
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of tables with many lines, the numbers of those that name a code."""

    one_of: Numbered
    hiding: Numbered
    hidden: Numbered
    effects: Numbered
    vague: Numbered
    precise: Numbered
    operations: Numbered
    diseases: Numbered


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything under knowledge/standards, checked on loading."""

    policy: dict[str, str]
    may_code: dict[str, dict[str, str]]
    one_code: list[OneCode]
    combinations: list[Combination]
    hides: list[tuple[Ranges, Ranges]]
    hides_by: list[str]  # the standard that each line of `hides` belongs to
    links: list[Link]
    sequelae: Chart[str]
    never_primary: Ranges
    avoid_primary: Ranges
    asterisk: frozenset[str]
    lifelong: Ranges
    past: Ranges
    kept: Ranges
    incidental: Ranges
    symptoms: Ranges
    done: frozenset[str]
    guided: Guided
    routine: list[tuple[str, Ranges]]  # what a line of the policy table decides on, whoever reports it
    methods: list[tuple[Ranges, Ranges, bool]]  # methods, the operations that take them, whether residual ones do too
    pregnancy: Chart[str]
    weights: Weights
    document_types: list[tuple[str, str]]
    sharpen: list[tuple[Ranges, Ranges]]
    status_of: list[tuple[Ranges, Ranges]]
    families: Families
    done_where: DoneWhere
    related: list[tuple[Ranges, Ranges]]
    care_cause: Chart[str]
    partners: Chart[str]
    broken_bones: list[tuple[Ranges, Ranges, str]]  # a region's fracture, the bones operated on, the fracture that it was
    adverse: Adverse
    principal: Principal
    tumour_sites: list[Part]
    kinds: list[Kind]
    sequence: Chart[int]  # the band of a secondary diagnosis, and that of those no band names
    unlisted: int
    numbers: Numbers
    _verdicts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _kinds: dict[str, str] = field(default_factory=dict)
    _single: dict[str, bool] = field(default_factory=dict)
    _standards_of: dict[str, frozenset[str]] = field(default_factory=dict)
    _firsts: dict[str, set[str]] = field(default_factory=dict)  # of the lines of `combine`, by their first category
    _routine_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _combinations_of: dict[str, tuple[Combination, ...]] = field(default_factory=dict)
    _hides_of: dict[str, frozenset[int]] = field(default_factory=dict)
    _hiding: dict[str, Numbered] = field(default_factory=dict)
    _hidden: dict[str, Numbered] = field(default_factory=dict)

    def one_of(self, code: str) -> frozenset[int]:
        """Numbers of the lines of `one_code` that a code falls under."""
        return self.numbers.one_of[code]

    def has_one_code(self, standard: str) -> bool:
        """Whether lines of `one_code` belong to a standard."""
        if standard not in self._single:
            self._single[standard] = any(rule.standard == standard for rule in self.one_code)
        return self._single[standard]

    def standards_of(self, code: str) -> frozenset[str]:
        """The standards of which a line acts on a code: as one of several, with another, hidden by one, as an effect."""
        found = self._standards_of.get(code)
        if found is None:
            numbers, firsts = self.numbers, self._firsts
            if not firsts:
                for combination in self.combinations:
                    firsts.setdefault(combination.first[:3], set()).add(combination.standard)
            found = self._standards_of[code] = frozenset((
                *(self.one_code[n].standard for n in numbers.one_of[code]),
                *firsts.get(code[:3], ()),
                *(self.hides_by[n] for n in numbers.hidden[code]),
                *(self.links[n].standard for n in numbers.effects[code]),
            ))  # fmt: skip
        return found

    def sharpened(self, precise: str) -> bool:
        """Whether a report's code says some vaguer one of another category more precisely."""
        return bool(self.numbers.precise[precise])

    def sharper(self, vague: str, precise: str) -> bool:
        """Whether a report's code says a vaguer one of another category more precisely."""
        return not self.numbers.vague[vague].isdisjoint(self.numbers.precise[precise])

    def hidden_by(self, standard: str) -> Numbered:
        """For each code, the numbers of the lines of `hides` that belong to a standard and hide it."""
        found = self._hidden.get(standard)
        if found is None:
            own = self.hides_of(standard)
            found = self._hidden[standard] = Numbered(pair[1] if i in own else None for i, pair in enumerate(self.hides))
        return found

    def hiding(self, standard: str) -> Numbered:
        """For each code, the numbers of the lines of `hides` that belong to a standard and by which it hides others."""
        found = self._hiding.get(standard)
        if found is None:
            own = self.hides_of(standard)
            found = self._hiding[standard] = Numbered(pair[0] if i in own else None for i, pair in enumerate(self.hides))
        return found

    def combinations_of(self, standard: str) -> tuple[Combination, ...]:
        """The lines of `combine` that belong to a standard."""
        if standard not in self._combinations_of:
            self._combinations_of[standard] = tuple(c for c in self.combinations if c.standard == standard)
        return self._combinations_of[standard]

    def effects(self, code: str) -> frozenset[int]:
        """Numbers of the lines of `links` whose effect a code may be."""
        return self.numbers.effects[code]

    def hides_of(self, standard: str) -> frozenset[int]:
        """Numbers of the lines of `hides` that belong to a standard."""
        if standard not in self._hides_of:
            self._hides_of[standard] = frozenset(i for i, owner in enumerate(self.hides_by) if owner == standard)
        return self._hides_of[standard]

    def relates(self, procedure: str, diagnosis: str) -> bool:
        """Whether an operation is usually done for such a diagnosis."""
        return not self.numbers.operations[procedure].isdisjoint(self.numbers.diseases[diagnosis])

    def left_to_policy(self, code: str, policy: dict[str, str]) -> bool:
        """Whether a procedure code is one that the site's policy leaves out."""
        names = self._routine_of.get(code)
        if names is None:
            names = self._routine_of[code] = tuple(name for name, codes in self.routine if code in codes)
        return bool(names) and any(policy.get(name) != "code" for name in names)

    def takes_method(self, method: str, operation: str, *, residual: bool) -> bool:
        """Whether an operation takes a method (Y): the first line of the table that names it decides.

        `residual` says whether operations count that the line takes only because their own code (.8, .9) says little.
        """
        for methods, operations, others in self.methods:
            if method in methods:
                rest = residual and others and operation[0] not in "UXYZ" and operation[4:5] in "89"
                return operation in operations or rest
        return False

    def document_kind(self, document_type: str) -> str:
        """The kind of document that the standards weigh, from the hospital's own word; the word itself where none fits."""
        if document_type not in self._kinds:
            word = document_type.lower().replace(" ", "_").replace("-", "_")
            self._kinds[document_type] = next((kind for p, kind in self.document_types if fnmatchcase(word, p)), word)
        return self._kinds[document_type]

    def verdict(self, document_type: str, role: str, kind: str) -> str:
        """y, s or n: whether a statement of this kind codes, supports or does nothing in that section."""
        key = (document_type, role, kind)
        found = self._verdicts.get(key)
        if found is None:
            row = (
                self.may_code.get(f"{document_type}/{role}")
                or self.may_code.get(f"{document_type}/*")
                or self.may_code.get(role)
                or self.may_code["other"]
            )
            found = self._verdicts[key] = row.get(kind, "y")
        return found


def _policy(path: Path) -> dict[str, str]:
    out: dict[str, str] = {}
    for place, fact in facts(path):
        name, equals, value = (p.strip() for p in fact.partition("="))
        if not equals or not value:
            raise KnowledgeError("expected 'name = value'", place)
        out[name] = value
    return out


def _may_code(path: Path) -> dict[str, dict[str, str]]:
    lines = list(facts(path))
    kinds = lines[0][1].split("\t")[1:]
    out: dict[str, dict[str, str]] = {}
    for place, fact in lines[1:]:
        role, *values = fact.split("\t")
        if len(values) != len(kinds) or set(values) - set("ysn"):
            raise KnowledgeError(f"expected {len(kinds)} of y, s, n", place)
        out[role] = dict(zip(kinds, values, strict=True))
    return out


def _of_standard(fact: str, usual: str) -> tuple[str, str]:
    """A line without the identifier of the standard that may end it, and that identifier."""
    left, _, last = fact.rpartition(" ")
    return (left.strip(), last) if last.startswith("FS.") else (fact, usual)


def _one_code(path: Path) -> list[OneCode]:
    out: list[OneCode] = []
    for place, line in facts(path):
        fact, standard = _of_standard(line, "FS.GEN.03")
        codes, *rest = fact.split()
        if not rest or rest[0] not in ("specific", "highest", "latest", "order"):
            raise KnowledgeError("expected 'codes  specific|highest|latest|order ...'", place)
        out.append(OneCode(Ranges(codes), rest[0], tuple(rest[1:]), standard))
    return out


def _combinations(path: Path) -> list[Combination]:
    out: list[Combination] = []
    for place, line in facts(path):
        fact, standard = _of_standard(line, "FS.GEN.05")
        left, arrow, right = fact.partition("->")
        parts = [p.strip() for p in left.split("+")]
        if not arrow or len(parts) != 2:
            raise KnowledgeError("expected 'first + second -> result'", place)
        result = right.split()
        keep = result[-1] == "keep"
        out.append(Combination(parts[0], parts[1], tuple(result[:-1] if keep else result), keep, standard))
    return out


def _links(path: Path) -> list[Link]:
    out: list[Link] = []
    for place, line in facts(path):
        fact, standard = _of_standard(line, "FS.GEN.12")
        left, arrow, right = fact.partition("->")
        effect, due, cause = left.partition(" due to ")
        if not arrow or not due or not right.strip():
            raise KnowledgeError("expected 'effect due to cause -> codes'", place)
        out.append(Link(Ranges(effect), Ranges(cause), tuple(right.split()), standard))
    return out


def _hides(path: Path) -> tuple[list[tuple[Ranges, Ranges]], list[str]]:
    """Pairs of what hides and what is hidden, and the standard of each."""
    out: list[tuple[Ranges, Ranges]] = []
    by: list[str] = []
    for place, line in facts(path):
        fact, standard = _of_standard(line, "FS.GEN.06")
        left, word, right = fact.partition(" hides ")
        if not word:
            raise KnowledgeError("expected 'codes hides codes'", place)
        out.append((Ranges(left), Ranges(right)))
        by.append(standard)
    return out, by


def _pairs(path: Path, sign: str) -> list[tuple[Ranges, Ranges]]:
    out: list[tuple[Ranges, Ranges]] = []
    for place, fact in facts(path):
        left, word, right = fact.partition(f" {sign} ")
        if not word:
            raise KnowledgeError(f"expected 'codes {sign} codes'", place)
        out.append((Ranges(left), Ranges(right)))
    return out


def _types(path: Path) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for place, fact in facts(path):
        words = fact.split()
        if len(words) != 2:
            raise KnowledgeError("expected 'pattern  kind'", place)
        out.append((words[0], words[1]))
    return out


def _to_code(path: Path) -> Chart[str]:
    """Lines of codes and, last, the one code they lead to."""
    out: Chart[str] = Chart()
    for place, fact in facts(path):
        *codes, to = fact.split()
        if not codes:
            raise KnowledgeError("expected 'codes  code'", place)
        out.append((Ranges(" ".join(codes)), to))
    return out


def _broken_bones(path: Path) -> list[tuple[Ranges, Ranges, str]]:
    out: list[tuple[Ranges, Ranges, str]] = []
    for place, fact in facts(path):
        left, arrow, code = fact.partition("->")
        regions, word, bones = left.partition(" at ")
        if not arrow or not word or not code.strip():
            raise KnowledgeError("expected 'codes at bones -> code'", place)
        out.append((Ranges(regions), Ranges(bones), code.strip()))
    return out


def _adverse(path: Path) -> Adverse:
    loose, names = Ranges(), {}
    treats: list[tuple[str, Ranges]] = []
    classes: set[str] = set()
    for place, fact in facts(path):
        word, *codes = fact.split()
        if word == "loose":
            loose.add(" ".join(codes))
        elif word == "becomes" and len(codes) == 2:
            names[codes[0]] = codes[1]
        elif word == "classes":
            classes |= set(codes)
        elif word == "treats" and len(codes) > 1:
            treats.append((codes[0], Ranges(" ".join(codes[1:]))))
        else:
            raise KnowledgeError("expected 'loose codes' or 'becomes code code'", place)
    return Adverse(loose, names, treats, frozenset(classes))


def _guided(path: Path) -> Guided:
    phrases: list[tuple[tuple[str, ...], str]] = []
    table: list[tuple[str, ...]] = []
    takes, screened = Ranges(), Ranges()
    for place, fact in facts(path):
        left, _, right = (p.strip() for p in fact.partition("   "))
        if left == "take":
            takes = Ranges(right)
        elif left == "screened":
            screened = Ranges(right)
        elif right == "screening":
            table += [tuple(p.replace("-", " ").split()) for p in left.split(" | ")]
        elif right.startswith("Y53."):
            phrases += [(tuple(p.replace("-", " ").split()), right) for p in left.split(" | ")]
        else:
            raise KnowledgeError("expected 'words   Y53 code', 'words   screening', 'take   codes' or 'screened   codes'", place)
    return Guided(phrases, takes, table, screened)


def _methods(path: Path) -> list[tuple[Ranges, Ranges, bool]]:
    out: list[tuple[Ranges, Ranges, bool]] = []
    for place, fact in facts(path):
        left, _, right = (p.strip() for p in fact.partition("   "))
        codes = right.split()
        if not left.startswith("Y") or not codes:
            raise KnowledgeError("expected 'Y codes   operations'", place)
        out.append((Ranges(left), Ranges(" ".join(c for c in codes if c != "residual")), "residual" in codes))
    return out


def _named(path: Path) -> dict[str, str]:
    out: dict[str, str] = {}
    for place, fact in facts(path):
        name, _, value = fact.partition(" ")
        if not value.strip():
            raise KnowledgeError("expected 'name  codes'", place)
        out[name] = value.strip()
    return out


def _sequence(path: Path) -> tuple[Chart[int], int]:
    bands = list(_named(path).items())
    if "others" not in dict(bands):
        raise KnowledgeError("expected a line 'others  -'", str(path))
    lines = [(Ranges(codes), number) for number, (name, codes) in enumerate(bands) if name != "others"]
    return Chart(lines), [name for name, _ in bands].index("others")


def load_tables(folder: Path = STANDARDS) -> Tables:
    """All tables of knowledge/standards. Raises KnowledgeError naming file and line."""
    course = _named(folder / "course.txt")
    primary = _named(folder / "never_primary.txt")
    hides, hides_by = _hides(folder / "hides.txt")
    sequence, unlisted = _sequence(folder / "sequence.txt")
    one_code, links = _one_code(folder / "one_code.txt"), _links(folder / "links.txt")
    sharpen, related = _pairs(folder / "sharpen.txt", "<-"), _pairs(folder / "procedure_relates.txt", "for")
    return Tables(
        policy=_policy(folder / "policy.txt"),
        may_code=_may_code(folder / "may_code.tsv"),
        one_code=one_code,
        combinations=_combinations(folder / "combine.txt"),
        hides=hides,
        hides_by=hides_by,
        links=links,
        sequelae=_to_code(folder / "sequelae.txt"),
        sharpen=sharpen,
        status_of=_pairs(folder / "status_of.txt", "hides"),
        related=related,
        never_primary=Ranges(primary["never"]),
        avoid_primary=Ranges(primary["avoid"]),
        asterisk=frozenset(primary["asterisk"].split()),
        lifelong=Ranges(course["lifelong"]),
        past=Ranges(course["past"]),
        kept=Ranges(course["kept"]),
        incidental=Ranges(course["incidental"]),
        symptoms=Ranges(course["symptoms"]),
        done=frozenset(course["done"].split()),
        guided=_guided(folder / "guided.txt"),
        routine=[(name, Ranges(codes)) for name, codes in _named(folder / "routine.txt").items()],
        methods=_methods(folder / "methods.txt"),
        pregnancy=_to_code(folder / "pregnancy.txt"),
        weights=read_weights(facts(folder / "confidence.txt")),
        document_types=_types(folder / "document_types.txt"),
        care_cause=_to_code(folder / "care_cause.txt"),
        families=read_families(facts(folder / "procedure_families.txt")),
        done_where=read_done_where(facts(folder / "done_where.txt")),
        partners=_to_code(folder / "partners.txt"),
        broken_bones=_broken_bones(folder / "broken_bones.txt"),
        adverse=_adverse(folder / "adverse.txt"),
        principal=read_principal(facts(folder / "primary.txt")),
        tumour_sites=read_tumour_sites(facts(folder / "tumour_sites.txt")),
        kinds=read_kinds(facts(folder / "kinds.txt")),
        sequence=sequence,
        unlisted=unlisted,
        numbers=Numbers(
            one_of=Numbered(rule.codes for rule in one_code),
            hiding=Numbered(strong for strong, _ in hides),
            hidden=Numbered(weak for _, weak in hides),
            effects=Numbered(rule.effect for rule in links),
            vague=Numbered(vague for vague, _ in sharpen),
            precise=Numbered(precise for _, precise in sharpen),
            operations=Numbered(operations for operations, _ in related),
            diseases=Numbered(diseases for _, diseases in related),
        ),
    )
