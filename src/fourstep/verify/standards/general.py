"""General standards: one condition one code, the most specific, what belongs to what, what is ruled out."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import AUTHORITY, Case, Condition
from fourstep.assign.gather import apart
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular
from fourstep.verify.standards.tabular import caused_by_drug, merge, named_as_problem, size, unspecified

#: Injuries of the surface: they do not explain why someone collapsed, and are seldom the reason for a stay.
SURFACE = Ranges("S00 S10 S20 S30 S40 S50 S60 S70 S80 S90 S01 S51 S61 S81")
#: What brings someone who is hurt only on the surface.
COLLAPSED = Ranges("R55 R56 R40 R41.0 R42 R29.6 R26")
#: Documents up to this authority hold first impressions: emergency notes, referral letters, reports.
_FIRST_IMPRESSION = 2


@standard(
    "FS.GEN.01", "general",
    "A condition that a final document rules out is not coded because an earlier one named it.",
    reference="DGCS.2",
    examples=(
        ("Diagnosis: cellulitis of leg. Consent: risks of bleeding and infection explained.", "L03.1"),
        ("Diagnosis: cellulitis of leg. Advice: if you develop chest pain call 999.", "L03.1"),
        ("Diagnosis: chest pain. Pulmonary embolism ruled out.", "R07.4"),
        ("Diagnosis: community acquired pneumonia. DVT excluded.", "J18.9"),
        ("Diagnosis: headache, possible migraine", "R51.X"),
        ("Diagnosis: probable pneumonia", "J18.9"),
        ("Diagnosis: rectocele without uterine prolapse", "N81.6"),
    ),
)  # fmt: skip
def ruled_out_later(case: Case, tables: Tables) -> None:
    denied_beside: dict[tuple[int, int, str], list[str]] = {}
    alike: dict[str, list[Candidate]] = {}  # what is ruled out by the first characters of its code
    for d in case.ruled_out:
        alike.setdefault(d.codes[0][:2], []).append(d)
        if d.kind == "problem":
            key = (d.statement.document, d.statement.sentence, d.codes[0][:3])
            denied_beside.setdefault(key, []).append(d.codes[0])
    for condition in list(case.conditions):
        # "delirium screened, not delirium": what the same sentence denies was never said
        if denied_beside and all(_denied_beside(c, denied_beside) for c in condition.candidates):
            case.drop([condition], "denied in the same sentence", "FS.GEN.01")
            continue
        if condition.first.kind != "problem" or condition.code[0] in "RZ" or condition.code in tables.lifelong:
            continue
        said = max(condition.candidates, key=lambda c: (AUTHORITY.get(case.record.document(c).type, 3), c.order))
        if said.role in ("diagnosis", "secondary_diagnosis", "complication", "histology"):
            continue
        rank = AUTHORITY.get(case.record.document(said).type, 3)
        most = size(condition)
        for denied in alike.get(condition.code[:2], ()):
            same = most <= denied.size + 1 and (
                (
                    denied.codes[0][:3] == condition.code[:3]
                    and (denied.codes[0] == condition.code or unspecified(denied.codes[0]))
                )
                or (
                    denied.codes[0][:2] == condition.code[:2]
                    and denied.entry is denied.root
                    and any(c.root is denied.root for c in condition.candidates)
                )
            )
            later = denied.order > said.order and denied.role not in (
                "past_history",
                "presenting",
                "history_presenting",
            )
            # plain absence in a later note may only mean that it has gone; against a first impression it rules out
            firm = denied.whether is Whether.RULED_OUT or rank <= _FIRST_IMPRESSION
            if same and later and firm and AUTHORITY.get(case.record.document(denied).type, 3) >= rank:
                case.drop([condition], "ruled out", "FS.GEN.01")
                break


#: Cues that say what something is not: "NOT a UTI", "no retained product" only says what was not found.
_IS_NOT = ("not", "not a", "not an")
#: Documents in which a senior doctor, a surgeon or a pathologist judges what a summary copies.
_JUDGES = frozenset(("ward_round", "consultant_note", "histology", "operation_note", "endoscopy_report"))


@standard(
    "FS.GEN.19", "general",
    "What a ward round or a note of the consultant says it is not, is not coded because a summary written after it "
    "still lists it; it is queried.",
    reference="DGCS.2",
    verified=False,
    examples=(
        ("Diagnosis: fall, urinary tract infection", "N39.0"),
        ("Diagnosis: delirium. Not a urinary tract infection.", "F05.9"),
    ),
)  # fmt: skip
def denied_by_name(case: Case, tables: Tables) -> None:
    denials = [
        d for d in case.ruled_out
        if d.kind == "problem" and d.statement.cue in _IS_NOT and case.record.document(d).type in _JUDGES
        and d.role not in ("past_history", "presenting", "history_presenting")
    ]  # fmt: skip
    for denied in denials:
        for condition in [c for c in case.conditions if c.code == denied.codes[0] and c.first.kind == "problem"]:
            later = [c for c in condition.candidates if c.order > denied.order]
            listed = [c for c in later if case.record.document(c).type == "discharge_summary"]
            if condition.code in tables.lifelong or not listed or len(later) > len(listed):
                continue
            name = case.record.evidence(listed[0])[0]
            case.drop([condition], "the ward round says that it is not", "FS.GEN.19")
            meant = next((c for c in case.conditions if c.code[:3] == condition.code[:3]), None)
            if meant is not None:  # "TTN, not RDS": what it is stands where the summary lists what it is not
                meant.vaguer += listed
            case.queries.append(
                Query(
                    f"{name.text}: present or not",
                    "The summary lists it, and a note of the ward says that it is not. Is it a diagnosis of this stay?",
                    (name, *case.record.evidence(denied)[:1]),
                    any(c.role == "diagnosis" for c in listed),
                    (condition.code,),
                )
            )


def _denied_beside(candidate: Candidate, denied: dict[tuple[int, int, str], list[str]]) -> bool:
    """Whether the same sentence denies what it says; "rectocele without uterine prolapse" denies another of its category."""
    if candidate.kind != "problem":
        return False
    code = candidate.codes[0]
    codes = denied.get((candidate.statement.document, candidate.statement.sentence, code[:3]), ())
    # "CKD (not diabetic)" does not deny the neuropathy that is
    adjective = code in _DIABETES
    return any(d == code or (unspecified(d) and not adjective) or unspecified(code) for d in codes)


_DIABETES = Ranges("E10-E14")


def _share_daggers(case: Case, tables: Tables) -> None:
    """One dagger with all its manifestations: two circulatory complications of diabetes are one E11.5."""
    first: dict[str, Condition] = {}
    for condition in list(case.conditions):
        if len(condition.codes) == 1 or condition.code not in _DIABETES:
            continue
        same = first.setdefault(condition.code, condition)
        if same is not condition:
            more = [c for c in condition.codes if c not in same.codes]
            pairs = [c for c in (*same.codes[1:], *more) if c[:3] in tables.asterisk]
            same.codes = [same.code, *pairs, *(c for c in (*same.codes[1:], *more) if c not in pairs)]
            merge(same, condition, "FS.GEN.08")
            for follower in case.conditions:
                if follower.follows is condition:
                    follower.follows = same
            case.conditions = [c for c in case.conditions if c is not condition]


#: What is no kind of the disease its category names: an old infarct says nothing of the heart disease now.
_BESIDE = ("I25.2",)


@standard(
    "FS.GEN.02", "general",
    "The same condition said in general and in particular is coded once, at its most specific.",
    reference="DGCS.1",
    examples=(
        ("Diagnosis: atrial fibrillation. Paroxysmal AF, on telemetry.", "I48.0"),
        ("Diagnosis: urinary tract infection. Acute pyelonephritis.", "N10.X"),
    ),
)  # fmt: skip
def most_specific(case: Case, tables: Tables) -> None:
    for group in _by_category(case).values():
        specific = [c for c in group if not unspecified(c.code) and c.code not in _BESIDE]
        if not specific or len(group) == len(specific):
            continue
        best = max(specific, key=size)
        for vague in group:
            if unspecified(vague.code):
                merge(best, vague, "FS.GEN.02")
                case.conditions = [c for c in case.conditions if c is not vague]


def _by_category(case: Case) -> dict[str, list[Condition]]:
    groups: dict[str, list[Condition]] = {}
    for condition in case.conditions:
        if condition.first.kind in ("problem", "history") and condition.code[0] not in "VWXY":
            groups.setdefault(condition.code[:3], []).append(condition)
    return {k: v for k, v in groups.items() if len(v) > 1}


@standard(
    "FS.GEN.03", "general",
    "Where an episode can carry one code of a category only, the stage, grade or type that the record supports "
    "best stands.",
    reference="DCS.XII.3",
    examples=(
        ("Diagnosis: pressure ulcers, grade 2 heel and grade 3 sacrum", "L89.2"),
        ("Diagnosis: unstable angina. Angina.", "I20.0"),
    ),
)  # fmt: skip
def one_code(case: Case, tables: Tables) -> None:
    tabular.one_of(case, tables, "FS.GEN.03")


@standard(
    "FS.GEN.04", "general",
    "A report may sharpen a condition that the team has diagnosed (site, type, organism); alone it codes nothing.",
    verified=False,
    examples=(
        ("Diagnosis: cellulitis of leg. CRP 120, Hb 98, Na 122, eGFR 28. NEWS 5, BMI 41.", "L03.1"),
        ("Diagnosis: lower respiratory tract infection.", "J22.X"),
        ("CT chest: 8 mm nodule. Diagnosis: chest pain, no cause found.", "R07.4"),
    ),
)  # fmt: skip
def reports_sharpen(case: Case, tables: Tables) -> None:
    for candidate in case.supporting:
        if candidate.whether >= Whether.LIKELY or candidate.asks:
            continue
        codes = list(candidate.codes)
        same = next((c for c in case.conditions if c.codes == codes), None)
        if same is not None:
            same.candidates.append(candidate)
            continue
        vague = _vaguer(case, tables, candidate.codes[0])
        if vague is not None:
            vague.codes = list(apart(candidate.codes, tables)[0])
            vague.candidates.append(candidate)
            vague.standards.append("FS.GEN.04")
        else:
            case.leave_out([candidate], "finding without a clinician's diagnosis", "FS.GEN.04")


def _vaguer(case: Case, tables: Tables, code: str) -> Condition | None:
    """The recorded condition that a report's code says more precisely."""
    category, exact, sharpened = code[:3], not unspecified(code), tables.sharpened(code)
    for condition in case.conditions:
        if condition.candidates[0].kind != "problem":
            continue
        vague = condition.codes[0]
        if exact and vague[:3] == category and unspecified(vague):
            return condition
        if sharpened and tables.sharper(vague, code):
            return condition
    return None


@standard(
    "FS.GEN.05", "general",
    "Two conditions that the classification says with one code, or one fixed pair, are recorded so.",
    examples=(
        ("Diagnosis: gallstones, acute cholecystitis", "K80.0"),
        ("Diagnosis: acute on chronic pancreatitis", "K85.9 K86.1"),
        ("Diagnosis: diverticulitis of sigmoid colon with perforation", "K57.2"),
    ),
)  # fmt: skip
def combinations(case: Case, tables: Tables) -> None:
    tabular.combine(case, tables, "FS.GEN.05")


@standard(
    "FS.GEN.06", "general",
    "A symptom, a vaguer name or an excluded condition is not recorded beside the diagnosis it belongs to.",
    reference="DGCS.3",
    examples=(
        ("Diagnosis: acute appendicitis with abdominal pain and vomiting", "K35.8"),
        ("Diagnosis: NSTEMI with chest pain", "I21.4"),
    ),
)  # fmt: skip
def integral(case: Case, tables: Tables) -> None:
    tabular.give_way(case, tables, "FS.GEN.06")


@standard(
    "FS.GEN.07", "general",
    "Symptoms are recorded when nothing explains them, or when they are problems in their own right.",
    reference="DGCS.3",
    examples=(
        ("Diagnosis: chest pain, no cause found. Hypertension.", "R07.4 I10.X"),
        ("Diagnosis: acute cerebral infarct. Dysphagia.", "I63.9 R13.X"),
    ),
)  # fmt: skip
def symptoms(case: Case, tables: Tables) -> None:
    symptomatic = [
        c
        for c in case.conditions
        if c.code in tables.symptoms
        and c.first.kind == "problem"
        and c.code not in tables.kept
        and not caused_by_drug(case, c)
    ]
    if not symptomatic:
        return
    explained = any(
        c.code[0] not in "ZVWXYU"
        and c.code not in tables.symptoms
        and c.code not in SURFACE
        and named_as_problem(c)
        and c.code not in tables.lifelong
        for c in case.conditions
    )
    if not explained and any(c.code in SURFACE for c in case.conditions):
        # a bruise explains pain, but not why someone fell
        case.drop([c for c in symptomatic if c.code not in COLLAPSED], "symptom of a recorded condition", "FS.GEN.07")
        symptomatic = [c for c in symptomatic if c.code in COLLAPSED]
    headline = [c for c in symptomatic if any(x.role in ("diagnosis", "indication") for x in c.candidates)]
    if explained:
        listed = any(
            c.code[0] not in "ZVWXYU" and c.code not in tables.symptoms and c.code not in tables.lifelong
            and any(x.role == "diagnosis" for x in c.candidates)
            for c in case.conditions
        )  # fmt: skip
        # a definite diagnosis in the list explains the symptoms beside it; where the list has symptoms alone they stand
        case.drop(
            [c for c in symptomatic if listed or c not in headline], "symptom of a recorded condition", "FS.GEN.07"
        )
        return
    # nothing definite: the symptoms of the diagnosis or the presentation stand, those mentioned in passing do not
    concluded = [c for c in symptomatic if any(x.role in ("impression", "conclusion") for x in c.candidates)]
    keep = (
        headline
        or concluded[:1]
        or [c for c in symptomatic if any(x.role in ("presenting", "course", "problem_list") for x in c.candidates)][:1]
    )
    case.drop([c for c in symptomatic if c not in keep], "symptom mentioned in passing", "FS.GEN.07")


@standard(
    "FS.GEN.08", "general",
    "The same code is not recorded twice in an episode.",
    examples=(
        ("Diagnosis: bilateral deep vein thrombosis. DVT left leg, DVT right leg.", "I80.2"),
        ("Diagnosis: cataract of right eye, cataract of left eye", "H26.9"),
    ),
)  # fmt: skip
def no_code_twice(case: Case, tables: Tables) -> None:
    seen: dict[tuple[str, ...], Condition] = {}
    for condition in list(case.conditions):
        same = seen.setdefault(tuple(condition.codes), condition)
        if same is not condition:
            merge(same, condition, "FS.GEN.08")
            for follower in case.conditions:
                if follower.follows is condition:
                    follower.follows = same
            case.conditions = [c for c in case.conditions if c is not condition]
    _share_daggers(case, tables)
    alone = {c.code for c in case.conditions if len(c.codes) == 1}
    for condition in case.conditions:
        for code in condition.codes if len(condition.codes) > 1 else ():
            if code in alone:
                case.conditions = [c for c in case.conditions if c.codes != [code]]


@standard(
    "FS.GEN.11", "general",
    "A dagger code is recorded with the asterisk partner that always goes with it.",
    reference="DGCS.5",
    examples=(
        ("Diagnosis: L5/S1 disc prolapse with radiculopathy", "M51.1 G55.1"),
        ("Diagnosis: multiple sclerosis", "G35.X"),
    ),
)  # fmt: skip
def partners(case: Case, tables: Tables) -> None:
    for condition in case.conditions:
        partner = tables.partners.of(condition.code)
        if partner and len(condition.codes) == 1 and not any(c.code == partner for c in case.conditions):
            condition.codes.append(partner)
            condition.standards.append("FS.GEN.11")


#: Codes that practice in England does not use.
_NOT_USED = Ranges("Z72.0 U04.9 O80.1-O80.9 O81 O82.1-O82.9 O83 O84 O95-O97 P95")


@standard(
    "FS.GEN.14", "general",
    "Codes that are not used in England (Z72.0, U04.9, O80.1-O81, O82.1-O84, O95-O97, P95) are left out.",
    examples=(
        ("Diagnosis: asthma. Social: tobacco use, 10 a day", "J45.9 F17.1"),
        ("Diagnosis: asthma. Social: smoker", "J45.9 F17.1"),
    ),
)  # fmt: skip
def not_used(case: Case, tables: Tables) -> None:
    case.drop_where(lambda c: c.code in _NOT_USED, "not used in England", "FS.GEN.14")


@standard(
    "FS.GEN.12", "general",
    "A condition that the record says another caused takes the code of the link, behind its cause where that is "
    "an asterisk code; "
    "conditions merely named together keep their own codes.",
    reference="DGCS.5",
    examples=(
        ("Diagnosis: anaemia due to CKD stage 4", "N18.4 D63.8"),
        ("Diagnosis: peripheral neuropathy due to lymphoma", "C85.9 G63.1"),
        ("Diagnosis: pleural effusion, heart failure", "I50.9"),
    ),
)  # fmt: skip
def linked(case: Case, tables: Tables) -> None:
    tabular.link(case, tables, "FS.GEN.12")
