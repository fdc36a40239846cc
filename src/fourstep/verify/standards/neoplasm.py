"""Chapter II: secondaries and their primary, anaemia and fracture in neoplastic disease, treatment, follow-up."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular
from fourstep.verify.standards.tabular import due_to

_SOLID = Ranges("C00-C76")
_BLOOD = Ranges("C81-C96")
_DISEASE = Ranges("C00-C97 D00-D48")
_BESIDE = frozenset(("with", "and"))
#: What a sentence calls a cancer, and what it may call it before it was one; what is another thing in the same organ.
_MALIGNANT = frozenset("cancer carcinoma ca adenocarcinoma tumour tumor malignant malignancy nsclc b5b primary tcc".split())
_LUMP = frozenset("mass lesion nodule wle lumpectomy excision biopsy core bx resected turbt lobectomy spiculated".split())
_ELSE = frozenset(
    "fibroadenoma cyst benign mets metastasis metastases metastatic haemangioma polyp pneumonia consolidation".split()
)


@standard(
    "FS.II.04", "II",
    "A primary site stands over an ill-defined one; a primary that is said to be unknown is recorded behind its "
    "secondaries.",
    reference="DCS.II.2",
    examples=(
        ("Diagnosis: brain metastases of unknown primary", "C79.3 C80.0"),
        ("Diagnosis: liver metastases. Breast cancer excised 2010.", "C78.7 Z85.3"),
        ("Diagnosis: prostate cancer with bone metastases", "C61.X C79.5"),
    ),
)  # fmt: skip
def unknown_primary(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.II.04")
    secondary = case.having("C77", "C78", "C79")
    for condition in case.having("C80.0"):
        if secondary:
            condition.follows = secondary[0]
            condition.standards.append("FS.II.04")


@standard(
    "FS.II.05", "II",
    "Anaemia is D63.0 behind the neoplasm where the record says that the neoplasm caused it; beside a neoplasm "
    "it is only anaemia, and "
    "with disease of the blood-forming tissue it is not D63.0.",
    examples=(
        ("Diagnosis: anaemia due to caecal cancer", "C18.0 D63.0"),
        ("Diagnosis: anaemia with breast cancer", "C50.9 D64.9"),
        ("Diagnosis: anaemia due to multiple myeloma", "C90.0 D64.9"),
    ),
)  # fmt: skip
def anaemia_of_neoplasm(case: Case, tables: Tables) -> None:
    tabular.link(case, tables, "FS.II.05")
    cancers = [c for c in case.conditions if c.code in _SOLID or c.is_any("C80", "C97", "D0", "D1", "D2", "D3")]
    told = [x for cancer in cancers for x in cancer.candidates]
    for condition in case.having("D63.0"):
        beside = any(due_to(case, a, c, _BESIDE) and not due_to(case, a, c) for a in condition.candidates for c in told)
        if beside or not cancers:
            condition.codes[0] = "D64.9"
            condition.standards.append("FS.II.05")


@standard(
    "FS.II.06", "II",
    "A fracture through bone with secondaries is the neoplasm with M90.7, not an injury.",
    examples=(
        ("Diagnosis: osteoporotic fracture of neck of femur", "M80.95"),
        (
            "Diagnosis: pathological fracture of the femur due to bone metastases from renal cancer",
            "C79.5 M90.75 C64.X",
        ),
        ("Diagnosis: metastatic breast cancer, bone metastases. Pathological fracture of T9.", "C50.9 C79.5 M90.78"),
        ("Diagnosis: osteoporotic vertebral collapse fracture", "M80.98"),
    ),
)  # fmt: skip
def fracture_in_neoplasm(case: Case, tables: Tables) -> None:
    tabular.combine(case, tables, "FS.II.06")
    paired = {c.code for c in case.conditions if len(c.codes) > 1 and c.codes[1].startswith("M90.7")}
    for bare in [c for c in case.conditions if len(c.codes) == 1 and c.code in paired]:
        tabular.merge(next(c for c in case.conditions if c is not bare and c.code == bare.code), bare, "FS.II.06")
        case.conditions = [c for c in case.conditions if c is not bare]


@standard(
    "FS.II.07", "II",
    "Disease of lymphoid and blood-forming tissue spreads without secondaries: C77-C79 are recorded beside it "
    "only where there is "
    "another primary.",
    examples=(
        ("Diagnosis: lymphoma with liver metastases", "C85.9"),
        ("Diagnosis: lung cancer with liver metastases. Multiple myeloma.", "C34.9 C90.0 C78.7"),
    ),
)  # fmt: skip
def no_secondaries_of_blood(case: Case, tables: Tables) -> None:
    if case.having("C80") or any(c.code in _SOLID or c.is_any("Z85", "C97") for c in case.conditions):
        return
    if any(c.code in _BLOOD for c in case.conditions):
        case.drop(case.having("C77", "C78", "C79"), "spread of disease of the blood", "FS.II.07")


@standard(
    "FS.II.08", "II",
    "A stay for chemotherapy or radiotherapy is coded to the cancer treated; Z51.0 and Z51.1 are not recorded "
    "beside it.",
    examples=(
        ("Reason for admission: cycle 4 of chemotherapy for colon cancer", "C18.9"),
        ("Reason for admission: radiotherapy for lung cancer", "C34.9"),
    ),
)  # fmt: skip
def cancer_treated(case: Case, tables: Tables) -> None:
    if any(c.code in _DISEASE for c in case.conditions):
        case.drop(case.having("Z51.0", "Z51.1", "Z51.2"), "the cancer treated says it", "FS.II.08")


@standard(
    "FS.II.09", "II",
    "Several independent primaries said as one code (C97.X) stand first.",
    examples=(
        ("Diagnosis: multiple independent primary cancers", "C97.X"),
        ("Diagnosis: lung cancer. Bladder cancer.", "C34.9 C67.9"),
    ),
)  # fmt: skip
def several_primaries(case: Case, tables: Tables) -> None:
    for condition in case.having("C97"):
        condition.weight += 100


#: What the treatment was that a follow-up comes after.
_AFTER = (
    ("Z08.1", frozenset(("radiotherapy",))),
    ("Z08.2", frozenset(("chemotherapy",))),
    (
        "Z08.0",
        frozenset(
            "surgery excision excised resection resected mastectomy removed operated nephrectomy prostatectomy".split()
        ),
    ),
)
_CHECK = frozenset("surveillance follow-up followup follow check review".split())
_LET_GO = frozenset("discharged cured remission".split())
_FOLLOWED = 5  # years for which a cancer is followed up
_CLEAR = frozenset("no normal nil clear nothing without".split())


@standard(
    "FS.II.10", "II",
    "A check-up after treated cancer that finds none of it is Z08 with the history of the cancer; found again, "
    "the cancer is recorded.",
    examples=(
        ("Surveillance colonoscopy after colon cancer resected in 2018. No recurrence.", "Z08.0 Z85.0"),
        ("Follow-up cystoscopy after bladder cancer treated in 2019, no recurrence", "Z08.9 Z85.5"),
        ("Diagnosis: local recurrence of breast cancer", "C50.9"),
    ),
)  # fmt: skip
def follow_up_of_cancer(case: Case, tables: Tables) -> None:
    _treated_and_clear(case)
    past = case.having("Z85")
    if (
        not past
        or case.having("Z08")
        or any(c.code[0] not in "ZVWXYU" and not _background(c, tables) for c in case.conditions)
    ):
        return
    for condition in past:
        for candidate in condition.candidates:
            words = set(case.record.sentence_words(candidate))
            told = {w for line in case.record.lines for w in case.record.tokens[line.statement.document].text}
            if words & _CHECK and (told & _CLEAR or not case.interventions):
                code = next((to for to, cues in _AFTER if words & cues), "Z08.9")
                case.conditions.insert(0, Condition([code], [candidate], standards=["FS.II.10"]))
                return


_CANCER = Ranges("C00-C97")
#: The site of a treated cancer -> its history.
_HISTORY = (
    (Ranges("C15-C26"), "Z85.0"),
    (Ranges("C33-C34"), "Z85.1"),
    (Ranges("C30-C32 C37-C39"), "Z85.2"),
    (Ranges("C50"), "Z85.3"),
    (Ranges("C51-C58 C60-C63"), "Z85.4"),
    (Ranges("C64-C68"), "Z85.5"),
    (Ranges("C91-C95"), "Z85.6"),
    (Ranges("C81-C90 C96"), "Z85.7"),
)


def _treated_and_clear(case: Case) -> None:
    """A cancer that a check-up came "after", and of which it found no recurrence, is history."""
    for condition in case.having("C"):
        if len(condition.candidates) != 1:
            continue
        candidate = condition.first
        text = case.record.tokens[candidate.statement.document].text
        sentence = [w for line in case.record.sentence(candidate) for w in case.record.surface(line)]
        if _long_treated(case, sentence):
            condition.codes = [next((to for codes, to in _HISTORY if condition.code in codes), "Z85.8")]
            condition.standards.append("FS.II.10")
            continue
        if "after" not in sentence or _CHECK.isdisjoint(sentence):
            continue
        if any(text[i] == "no" and text[i + 1 : i + 2] == ["recurrence"] for i in range(len(text))):
            condition.codes = [next((to for codes, to in _HISTORY if condition.code in codes), "Z85.8")]
            condition.standards.append("FS.II.10")


def _long_treated(case: Case, sentence: list[str]) -> bool:
    """Whether a cancer was treated years ago and nobody follows it any more: "hemicolectomy 2008, discharged"."""
    start = case.episode.admission_date
    if start is None or _LET_GO.isdisjoint(sentence):
        return False
    years = [int(w) for w in sentence if len(w) == 4 and w.isdecimal() and w[:2] in ("19", "20")]
    return bool(years) and max(years) <= start.year - _FOLLOWED


def _background(condition: Condition, tables: Tables) -> bool:
    return condition.code in tables.lifelong or all(c.role == "past_history" for c in condition.candidates)


#: What a cancer is still treated or watched with, years after it was found.
_TREATED_NOW = frozenset(
    "letrozole anastrozole exemestane tamoxifen goserelin zoladex leuprorelin prostap bicalutamide enzalutamide "
    "abiraterone degarelix triptorelin watchful imatinib capecitabine palbociclib trastuzumab herceptin".split()
)
#: What is said of a cancer whose treatment goes on.
_UNDER_WAY = frozenset("interim progression progressive refractory relapsed cycle maintenance".split())
_PARTLY = frozenset(("partial", "response"))
#: What chemotherapy has done, and the code of the drugs.
_TOXIC = Ranges("D70 K12.3 D69.5 D61.1")
_CYTOTOXIC = Ranges("Y43.1 Y43.3")
_ENDED = frozenset("finished finish completed complete discharged discharge stopped stop until".split())


@standard(
    "FS.II.11", "II",
    "A cancer that is still treated or watched is recorded as present, also where a past history names it.",
    reference="DCS.II.2",
    examples=(
        ("Diagnosis: cellulitis of leg. PMH: breast cancer, on letrozole", "L03.1 C50.9"),
        ("Diagnosis: cellulitis of leg. PMH: breast cancer 2012", "L03.1 Z85.3"),
        ("Diagnosis: cellulitis of leg. PMH: Hodgkin lymphoma, interim PET partial response", "L03.1 C81.9"),
    ),
)  # fmt: skip
def cancer_still_treated(case: Case, tables: Tables) -> None:
    for condition in case.having("Z85"):
        for candidate in condition.candidates:
            words = set(case.record.sentence_words(candidate))
            named = next(
                (h.codes for h in candidate.line.hits if h.entry.kind == "problem" and h.codes[0] in _CANCER), None
            )
            if named and (words & _TREATED_NOW or words & _UNDER_WAY or words >= _PARTLY or _between_cycles(case)) and (
                not words & _ENDED
            ):
                condition.codes = [*named]
                condition.standards.append("FS.II.11")
                break


def _between_cycles(case: Case) -> bool:
    """Whether the stay is for what a cycle of chemotherapy did: "neutropenic sepsis following cycle 3"."""
    return any(c.code in _TOXIC or c.code in _CYTOTOXIC for c in case.conditions) and any(
        "cycle" in line.words.text and line.statement.when is not When.HISTORICAL and line.statement.who is Who.PATIENT
        for line in case.record.lines
    )


@standard(
    "FS.II.12", "II",
    "A cancer that the diagnosis leaves without its part of the organ takes the part that the record names for the "
    "tumour elsewhere, where it names one only.",
    reference="DGCS.1",
    verified=False,
    examples=(
        ("Diagnosis: breast cancer. Mass in the upper outer quadrant, wide local excision.", "C50.4"),
        ("Diagnosis: bladder cancer. Tumour on the lateral wall resected.", "C67.2"),
        ("Diagnosis: breast cancer. Tumour in the upper outer quadrant. Tumour in the lower inner quadrant.", "C50.9"),
    ),
)  # fmt: skip
def part_of_organ(case: Case, tables: Tables) -> None:
    for condition in case.conditions:
        code = condition.codes[0]
        parts = [part for part in tables.tumour_sites if part.vague == code] if code[0] == "C" else []
        if not parts:
            continue
        first = {phrase[0] for part in parts for phrase in part.phrases}
        named, lumps = set[str](), set[str]()
        for line in case.record.lines:
            s = line.statement
            if s.whether > Whether.PROBABLE or s.who is not Who.PATIENT or s.when is When.HISTORICAL:
                continue
            tokens = case.record.tokens[s.document].text[s.first : s.last]
            found = set[str]() if first.isdisjoint(tokens) else {part.precise for part in parts if part.named(tokens)}
            if not found:
                continue
            around = {
                w for other in case.record.by_sentence[s.document, s.sentence]
                for w in case.record.tokens[s.document].text[other.statement.first : other.statement.last]
            }  # fmt: skip
            if not around & _ELSE:
                named.update(found if around & _MALIGNANT else ())
                lumps.update(found if around & _LUMP else ())
        sure = named or lumps
        if len(sure) == 1:
            condition.codes[0] = sure.pop()
            condition.standards.append("FS.II.12")
