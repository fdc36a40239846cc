"""Chapter XIII: arthrosis of several joints, discs with nerve roots, old derangements of joints."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular

#: Words of a sentence that make a torn meniscus an old one.
_WORN = frozenset("degenerate degenerative degeneration chronic".split())
_ACUTE = frozenset(("acute", "traumatic"))


@standard(
    "FS.XIII.01", "XIII",
    "A derangement of a joint called old, chronic or recurrent is chapter XIII; a tear or dislocation of this "
    "event is an injury.",
    examples=(
        ("Diagnosis: old tear of the medial meniscus of right knee", "M23.23"),
        ("Diagnosis: recurrent dislocation of the right shoulder", "M24.41"),
        ("Diagnosis: acute tear of medial meniscus, twisted knee playing football", "S83.2 X50.3"),
    ),
)  # fmt: skip
def old_derangement(case: Case, tables: Tables) -> None:
    for condition in case.having("S83.2"):
        words = {w for c in condition.candidates for w in case.record.sentence_words(c)}
        if words & _WORN and not words & _ACUTE:
            condition.codes = ["M23.2"]
            condition.standards.append("FS.XIII.01")
    for candidate in case.record.candidates:
        if (
            candidate.kind != "problem"
            or not candidate.codes[0].startswith(("M23", "M24"))
            or candidate.role != "diagnosis"
        ):
            continue
        old = (
            candidate.when is When.HISTORICAL
            and candidate.statement.cue == "old"
            and candidate.whether <= Whether.PROBABLE
        )
        if old and not case.having(candidate.codes[0][:3]):
            case.conditions.append(Condition(list(candidate.codes), [candidate], standards=["FS.XIII.01"]))


@standard(
    "FS.XIII.02", "XIII",
    "Arthrosis of hip and knee is arthrosis of several sites (M15); both hips or both knees are one code.",
    reference="DCS.XIII.2",
    examples=(
        ("Diagnosis: osteoarthritis of hip and knee", "M15.9"),
        ("Diagnosis: bilateral primary osteoarthritis of knees", "M17.0"),
    ),
)  # fmt: skip
def arthrosis(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIII.02")


@standard(
    "FS.XIII.03", "XIII",
    "A disc with pressure on the nerve root is a pair of codes, and the pain in the leg or arm belongs to it.",
    examples=(
        ("Diagnosis: prolapsed lumbar disc, sciatica", "M51.1 G55.1"),
        ("Diagnosis: prolapsed lumbar disc", "M51.2"),
    ),
)  # fmt: skip
def discs(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIII.03")
