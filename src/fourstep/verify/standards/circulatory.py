"""Chapter IX: hypertension with heart and kidney disease, heart failure."""

from __future__ import annotations

import datetime as dt
import re

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate, Line
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular
from fourstep.verify.standards.tabular import named_as_problem


@standard(
    "FS.IX.01", "IX",
    "Hypertension is combined with heart or kidney disease (I11-I13) only where the record links them; a "
    "combined code takes the "
    "place of plain hypertension.",
    reference="DCS.IX.1",
    examples=(
        ("Diagnosis: hypertensive heart failure. PMH: hypertension", "I11.0"),
        ("PMH: hypertension, CKD 3", "I10.X N18.3"),
        ("Diagnosis: heart failure due to hypertension", "I11.0"),
        ("Diagnosis: CKD stage 5 secondary to hypertension", "I12.0 N18.5"),
        ("Diagnosis: heart failure due to hypertension. CKD stage 4 due to hypertension.", "I13.2 N18.4"),
        ("Diagnosis: raised blood pressure reading, not hypertensive", "R03.0"),
    ),
)  # fmt: skip
def hypertension(case: Case, tables: Tables) -> None:
    tabular.link(case, tables, "FS.IX.01")
    tabular.combine(case, tables, "FS.IX.01")
    linked = case.having("I11", "I12", "I13")
    if linked:
        plain = case.having("I10")
        for condition in plain:
            linked[0].candidates += condition.candidates
        case.conditions = [c for c in case.conditions if not any(c is p for p in plain)]
        linked[0].standards.append("FS.IX.01")
        if case.having("I11.0"):
            case.drop(case.having("I50.9"), "held by I11.0", "FS.IX.01")


#: Disease of the heart that pulmonary oedema is a failure of.
_HEART = Ranges("I05-I09 I20-I22 I24-I25.1 I25.3-I25.9 I33-I43")


@standard(
    "FS.IX.02", "IX",
    "Pulmonary oedema with heart disease is left ventricular failure, not J81.X.",
    reference="DCS.IX.10",
    examples=(
        ("Diagnosis: acute pulmonary oedema due to heart failure", "I50.1"),
        ("Diagnosis: pulmonary oedema. Mitral stenosis.", "I50.1 I05.0"),
        ("Diagnosis: acute pulmonary oedema from fluid overload", "J81.X E87.7"),
    ),
)  # fmt: skip
def pulmonary_oedema(case: Case, tables: Tables) -> None:
    oedema, failure = case.having("J81"), case.having("I50.9")
    if oedema and case.having("I50"):
        for condition in failure:
            condition.codes = ["I50.1"]
            condition.standards.append("FS.IX.02")
        case.drop(oedema, "held by I50", "FS.IX.02")
    elif oedema and any(c.code in _HEART and named_as_problem(c) for c in case.conditions):
        for condition in oedema:
            condition.codes = ["I50.1"]
            condition.standards.append("FS.IX.02")


@standard(
    "FS.IX.03", "IX",
    "A cardiac arrest after which the circulation returned is I46.0.",
    examples=(
        ("Diagnosis: cardiac arrest, ROSC after 10 minutes", "I46.0"),
        ("Diagnosis: anterior STEMI. Cardiac arrest, resuscitated.", "I21.0 I46.0"),
    ),
)  # fmt: skip
def resuscitated(case: Case, tables: Tables) -> None:
    arrests = case.having("I46.9", "I46.1")
    if not arrests:
        return
    words = {w for line in case.record.lines if line.statement.whether <= Whether.PROBABLE for w in line.words.text}
    survived = "rosc" in words or {"return", "spontaneous", "circulation"} <= words or _brought_back(case, arrests)
    if survived or case.having("I46.0"):
        for condition in arrests:
            condition.codes[0] = "I46.0"
            condition.standards.append("FS.IX.03")


#: Words of the sentence of an arrest that say how it ended.
_BACK = frozenset("resus resuscitated resuscitation sinus sr survived".split())
_NOT_BACK = frozenset("unsuccessful unsuccessfully failed died death asystole futile rip stopped".split())


def _brought_back(case: Case, arrests: list[Condition]) -> bool:
    """Whether a sentence that names the arrest says that the patient came back from it."""
    for condition in arrests:
        for c in condition.candidates:
            s = c.statement
            last = max(line.statement.last for line in case.record.sentence(c))
            text = set(case.record.tokens[s.document].text[s.first : last + 1])
            if text & _BACK and not text & _NOT_BACK and "dead" not in case.guards:
                return True
    return False


#: A further infarction within four weeks, by the wall of the new one.
_FURTHER = {"I21.0": "I22.0", "I21.1": "I22.1", "I21.2": "I22.8"}
_AGO = re.compile(
    r"\b(\d+|one|two|three|four|a) (day|week|month|year)s? (?:ago|earlier|before|previously)\b", re.IGNORECASE
)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 365}
_FOUR_WEEKS = 28


@standard(
    "FS.IX.04", "IX",
    "An infarction is acute (I21) for four weeks from its onset and old (I25.2) after them; a further one within "
    "the four weeks is I22.",
    examples=(
        ("Diagnosis: NSTEMI. PMH: MI 2009", "I21.4 I25.2"),
        ("Diagnosis: pneumonia. PMH: NSTEMI 2 weeks ago", "J18.9 I21.4"),
        ("Diagnosis: pneumonia. PMH: NSTEMI 3 months ago", "J18.9 I25.2"),
        ("Diagnosis: inferior STEMI. PMH: NSTEMI 10 days ago", "I22.1"),
    ),
)  # fmt: skip
def four_weeks(case: Case, tables: Tables) -> None:
    recent = _recent_infarct(case)
    if recent is None:
        return
    for condition in case.having("I25.2"):
        if any(c.line is recent.line for c in condition.candidates):
            case.drop([condition], "within four weeks", "FS.IX.04")
    new = [c for c in case.having("I21") if any(x.line is not recent.line for x in c.candidates)]
    case.drop(
        [c for c in case.having("I21") if new and not any(c is n for n in new)],
        "the infarction before this one",
        "FS.IX.04",
    )
    for condition in new:
        condition.codes = [_FURTHER.get(condition.code, "I22.9")]
        condition.standards.append("FS.IX.04")
    if not new and not case.having("I21", "I22"):
        code = next((h.codes[0] for h in recent.line.hits if h.codes and h.codes[0].startswith("I21")), "I21.9")
        case.conditions.append(Condition([code], [recent], standards=["FS.IX.04"]))


def _recent_infarct(case: Case) -> Candidate | None:
    """An infarction that the record places in the four weeks before this stay."""
    start = case.episode.admission_date
    for candidate in case.record.candidates:
        if (
            not candidate.codes
            or not candidate.codes[0].startswith(("I21", "I25.2"))
            or candidate.who is not Who.PATIENT
        ):
            continue
        if candidate.whether > Whether.PROBABLE:
            continue
        s = candidate.statement
        words = case.episode.documents[s.document].text[s.start : s.end + 25]
        said = _AGO.search(re.split(r"[.;\n]", words)[0])
        if said:
            days = int(_NUMBERS.get(said[1].lower(), 0) or said[1]) * _DAYS[said[2].lower()]
        elif (
            s.date is not None
            and start is not None
            and (candidate.when is When.HISTORICAL or candidate.role == "past_history")
        ):
            days = (start - s.date) // dt.timedelta(days=1)
        else:
            continue
        if 1 < days <= _FOUR_WEEKS:
            return candidate
    return None


@standard(
    "FS.IX.05", "IX",
    "Disease of two or three valves is one code of I08; stenosis and regurgitation of one valve are one code.",
    examples=(
        ("Diagnosis: mitral regurgitation and aortic stenosis", "I08.0"),
        ("Diagnosis: mitral regurgitation, tricuspid regurgitation, aortic stenosis", "I08.3"),
        ("Diagnosis: aortic stenosis with aortic regurgitation", "I35.2"),
    ),
)  # fmt: skip
def valves(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.IX.05")


@standard(
    "FS.IX.06", "IX",
    "A stroke whose kind is known is an infarction or a haemorrhage; I64.X is not recorded beside it. Its "
    "deficits are recorded as well.",
    examples=(
        ("Diagnosis: TIA", "G45.9"),
        ("Diagnosis: stroke. CT: cerebral infarct.", "I63.9"),
        ("Diagnosis: acute ischaemic stroke with right hemiparesis", "I63.9 G81.9"),
        ("Diagnosis: stroke", "I64.X"),
    ),
)  # fmt: skip
def kind_of_stroke(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.IX.06")
    infarcts = case.having("I63.5", "I63.8", "I63.9")
    if not infarcts:
        return
    told = [
        line for line in case.record.lines
        if line.statement.whether <= Whether.PROBABLE and line.statement.who is Who.PATIENT
        and line.statement.when is not When.HISTORICAL and _cardioembolic(case, line)
    ]  # fmt: skip
    for infarct in infarcts if told else ():
        infarct.codes[0] = "I63.4"
        infarct.extra_evidence.append(case.record.quote(told[0]))
        infarct.standards.append("FS.IX.06")


#: What names the cause of a stroke, beside the word for it or as the label of its row.
_EMBOLIC = frozenset(("cardioembolic", "embolic"))
_CAUSE_NAMED = frozenset("aetiology etiology cause mechanism toast stroke infarct infarction cva".split())


def _cardioembolic(case: Case, line: Line) -> bool:
    """Whether a line says that the heart sent the clot of a stroke: "Aetiology: cardioembolic"."""
    words = case.record.surface(line)
    if _EMBOLIC.isdisjoint(words):
        return False
    if "cardioembolic" not in words and ("cardio", "embolic") not in zip(words, words[2:], strict=False):
        return False
    label = line.statement.label
    text = case.episode.documents[line.statement.document].text
    headed = f"{text[label[0] : label[1]] if label else ''} {line.statement.section.title}".lower().split()
    return not _CAUSE_NAMED.isdisjoint(words + headed)


@standard(
    "FS.IX.07", "IX",
    "Heart failure is one code an episode: congestive before left ventricular before unspecified.",
    reference="DCS.IX.10",
    examples=(
        ("Diagnosis: congestive cardiac failure with left ventricular failure", "I50.0"),
        ("Diagnosis: left ventricular failure. PMH: heart failure", "I50.1"),
    ),
)  # fmt: skip
def heart_failure(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.IX.07")


@standard(
    "FS.IX.08", "IX",
    "Peripheral vascular disease (I73.9) is not recorded beside the arterial disease that is its cause, nor "
    "gangrene beside the "
    "atherosclerosis that says it.",
    examples=(
        ("Diagnosis: claudication. Atherosclerosis of the leg arteries.", "I70.20"),
        ("Diagnosis: peripheral vascular disease with gangrene of toe", "I70.21"),
    ),
)  # fmt: skip
def arteries(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.IX.08")


@standard(
    "FS.IX.09", "IX",
    "The current complications of I23 are for an infarction treated before this episode; beside I21 or I22 they "
    "are not recorded.",
    examples=(
        ("Diagnosis: NSTEMI. Haemopericardium following myocardial infarction.", "I21.4"),
        ("Diagnosis: unstable angina. Ischaemic heart disease.", "I20.0 I25.9"),
    ),
)  # fmt: skip
def complications_of_infarct(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.IX.09")
