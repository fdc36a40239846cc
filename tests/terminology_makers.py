"""Small releases in the official layouts: invented concepts and words, real codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

ICD10_MAP, OPCS4_MAP, WORLD_MAP = "999002271000000101", "1382401000000109", "447562003"
FULL_NAME, SYNONYM = "900000000000003001", "900000000000013009"
DATE = "20260401"

CONCEPT_COLUMNS = "id effectiveTime active moduleId definitionStatusId".split()
WORD_COLUMNS = "id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId".split()
MAP_COLUMNS = (
    "id effectiveTime active moduleId refsetId referencedComponentId mapGroup mapPriority mapRule mapAdvice mapTarget "
    "correlationId mapBlock"
).split()

Rows = list[list[str]]


def concept(code: str, active: str = "1") -> list[str]:
    return [code, DATE, active, "999000011000000103", "900000000000074008"]


def word(number: int, code: str, term: str, *, kind: str = SYNONYM, active: str = "1", language: str = "en") -> list[str]:
    return [str(number), DATE, active, "999000011000000103", code, language, kind, term, "900000000000448009"]


def mapped(
    number: int, code: str, target: str, *, refset: str = ICD10_MAP, group: int = 1, priority: int = 1, rule: str = "TRUE",
    advice: str = "", active: str = "1", block: int = 1,
) -> list[str]:  # fmt: skip
    row = [f"row-{number}", DATE, active, "999000011000000103", refset, code, str(group), str(priority)]
    return [*row, rule, advice or f"ALWAYS {target}", target, "447561005", str(block)]


def table(path: Path, columns: Sequence[str], rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join("\t".join(line) + "\r\n" for line in [list(columns), *rows]).encode())


def usual() -> tuple[Rows, Rows, Rows]:
    """Concepts, words and maps of a release: plain, by sex, by a rule that cannot be asked, inactive, of two groups."""
    concepts = [concept(c) for c in ("111001", "111002", "111003", "111004", "111005", "111006")] + [concept("111009", "0")]
    words = [
        word(1, "111001", "Zorblat glandular overgrowth (disorder)", kind=FULL_NAME),
        word(2, "111001", "Zorblatian gland overgrowth"),
        word(3, "111001", "Gland too big, old name", active="0"),
        word(4, "111001", "Zorblat Drüsenwucherung", language="de"),
        word(5, "111002", "Quimbly pelvic pouch"),
        word(6, "111003", "Vexatious fribble of infancy"),
        word(7, "111004", "Removal of zorblat tissue from thyroid"),
        word(8, "111005", "Fribble quimbliosis"),
        word(9, "111006", "Pneumonia"),
        word(10, "111009", "Long gone fribble"),
    ]
    maps = [
        mapped(1, "111001", "E04.9", advice="ALWAYS E04.9"),
        mapped(2, "111002", "N83.2", rule="IFA 248152002 | Female (finding) |", priority=1),
        mapped(3, "111002", "N50.8", rule="OTHERWISE TRUE", priority=2),
        mapped(4, "111003", "P92.9", rule="IFA 445518008 | Age at onset of clinical finding (observable entity) | < 28 days"),
        mapped(5, "111003", "R63.3", rule="OTHERWISE TRUE", priority=2),
        mapped(6, "111004", "B08.9", refset=OPCS4_MAP),
        mapped(7, "111005", "G63.2A", group=2),
        mapped(8, "111005", "E14.4D", group=1),
        mapped(9, "111006", "J15.0"),
        mapped(10, "111009", "E04.9"),
        mapped(11, "111001", "E05.9", active="0"),
        mapped(12, "111001", "E04.9", refset=WORLD_MAP),
    ]
    return concepts, words, maps


def rf2(folder: Path, date: str = DATE, change: Callable[[Rows, Rows, Rows], None] | None = None) -> Path:
    """A snapshot of the UK Edition."""
    concepts, words, maps = usual()
    if change:
        change(concepts, words, maps)
    root = folder / f"uk_sct2mo_{date}" / "Snapshot"
    table(root / "Terminology" / f"sct2_Concept_MONOSnapshot_GB_{date}.txt", CONCEPT_COLUMNS, concepts)
    table(root / "Terminology" / f"sct2_Description_MONOSnapshot-en_GB_{date}.txt", WORD_COLUMNS, words)
    table(root / "Refset" / "Map" / f"der2_iisssciRefset_ExtendedMapMONOSnapshot_GB_{date}.txt", MAP_COLUMNS, maps)
    return root.parent
