"""Step 3, first half: candidates of all documents gathered into conditions and interventions.

A candidate becomes (part of) a condition when its section may code, its assertion says that the patient has it now, and
the course of the disease does not make it a thing of the past. Everything else leaves its reason behind.
"""

from __future__ import annotations

import datetime as dt
import re

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.either import leave_open
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate

_DOUBT_REASONS = {
    Whether.LIKELY: "likely: left to policy",
    Whether.POSSIBLE: "uncertain",
    Whether.HYPOTHETICAL: "hypothetical",
    Whether.PLANNED: "planned",
    Whether.ABSENT: "negated",
    Whether.RULED_OUT: "ruled out",
}


#: Lumps and skin that are sent to the pathologist for themselves.
_EXCISED = Ranges("D17-D18 L57.0 L81-L82 L90.5 L98.8")
#: Illness that comes and goes: with a year of long ago it is over, where other lasting illness is dated from its beginning.
_EPISODES = Ranges("F32 F41 F43 F50 F53 D50 I20 K25-K29 G51")
_LONG_AGO = 10  # years
#: What befalls an implant, which has a year of its own.
_OF_DEVICE = Ranges("T82-T85")
#: What an operation leaves behind: with a date of the stay it was put in there.
_PUT_IN, _OLD = Ranges("Z93-Z97"), ("past_history", "medication", "social")
#: What is done to a device that is there: "CRT-D interrogated on 12/02".
_READ = frozenset("interrogated interrogation interrogate check checked download downloaded".split())
#: How someone lives, smokes or waits is never planned: "smoker, advised to stop", "awaiting a care home bed".
_STANDING = Ranges("F17.1 Z60 Z75.1 Z86.4 Z99")
#: Habits that are there although they are to be given up: "daily cannabis - advised".
_HABITS = Ranges("F10.1 F11-F19 E66 Z20")
_COUNSELLED = ("advised", "is advised", "counselled", "declined", "declines", "contact with", "contact of", "exposure to")
#: Where nothing is told of the patient as he or she is.
_UNASKED = ("family", "advice", "consent", "followup", "safeguarding")
#: What a cue may make of an entry that has the cue in its own words.
_CUED = (Whether.PLANNED, Whether.HYPOTHETICAL)
_SERVICES = ("team", "service", "nurse", "clinic")
#: Steps of an operation, where an infection is named for the specimen sent and a cut is the surgeon's.
_STEPS = ("operative_detail", "procedure", "postop")
#: Joints, nerves, vessels and tendons that were injured: what the surgeon repairs, not what he cuts.
_BROKEN = Ranges(
    "S43 S45-S46 S53 S55-S56 S63-S66 S73 S75-S76 S83 S85-S86 S93 S95-S96"
)
_FRACTURES = Ranges("S02 S12 S22 S32 S42 S52 S62 S72 S82 S92")
#: Where findings are described rather than conditions listed.
_DESCRIBED = (
    "findings", "investigation", "operative_detail", "conclusion", "examination", "procedure", "postop",
    "complication", "histology",
)  # fmt: skip
#: Where the past is read off an image: "CT head: old lacunar infarct".
_LOOKED = ("findings", "investigation", "examination")
#: Where a sentence may tell of an image between other things.
_TOLD = ("course", "history_presenting", "presenting", "impression", "past_history")
#: Words of a sentence that tells what an image or a look inside showed.
_SHOWN = frozenset(
    "ct mri uss us scan xr cxr echo echocardiogram tte imaging incidental incidentally ultrasound".split()
    + "tomography radiograph mra pet noted".split()
)


def _described(candidate: Candidate, case: Case) -> bool:
    """Whether the words describe what was seen: in a section of findings, or in a sentence about an image."""
    if candidate.codes[0] == "K57.3" and case.record.document(candidate).type == "operation_note":
        return False  # diverticula are the endoscopist's diagnosis, and a radiologist's aside
    if candidate.role in _DESCRIBED:
        # what the pathologist names of the skin was taken from it to be named
        return not (case.record.document(candidate).type == "histology" and candidate.codes[0] in _EXCISED)
    if candidate.role == "diagnosis":  # "Diagnosis: delirium" and below it "CT head - small vessel change"
        return _opens_with_test(candidate, case)
    if candidate.role not in _TOLD:
        return False
    label = candidate.statement.label
    named = case.record.document(candidate).text[label[0] : label[1]].lower().split() if label else []
    return not _SHOWN.isdisjoint(named) or any(
        _SHOWN.intersection(line.words.text) for line in case.record.sentence(candidate)
    )


def _opens_with_test(candidate: Candidate, case: Case) -> bool:
    """Whether the line of a candidate begins with the name of an image."""
    head = case.record.line_before(candidate).split(None, 1)[:1]
    return bool(head) and head[0].lower().strip(" :-") in _SHOWN


def statement_kind(candidate: Candidate, tables: Tables) -> str:
    """The column of the may-code table that a candidate belongs to."""
    if candidate.kind == "problem" and candidate.codes[0] in tables.symptoms and candidate.codes[0] not in tables.kept:
        return "symptom"
    if candidate.kind in ("history", "organism", "family", "allergy"):
        return "problem"
    return candidate.kind


#: Cues that deny another one, not the one there was: "seizure x1, no further seizures".
_NO_MORE = frozenset(
    ("no further", "no new", "no more", "no recurrence of", "no recurrent", "no other", "no additional", "no second", "no repeat")
)
#: What old diseases and injuries are recorded as only behind what they left, and what is history.
_LEFT_BEHIND = Ranges("B90-B94 I25.2 I69 T90-T98 Z80-Z99")
#: What went wrong with an operation: "infected mesh repair of hernia" tells of no hernia.
_OF_CARE = Ranges("T81-T87")
#: Harmful use and dependence: over only where a word says so.
_USE = Ranges("F10-F19")
#: Cues that say how long, not that it is over: "history of COPD" is COPD.
_STILL = ("history", "h/o", "hx", "known", "pmh", "background")


def _overridden_by_history(candidate: Candidate, tables: Tables) -> bool:
    """Whether a history entry explains the same words of a statement about the past.

    A list of past illness leaves what is lifelong.
    """
    if (
        candidate.kind == "problem"
        and candidate.codes[0] in tables.lifelong
        and (
            (candidate.when is When.CURRENT and not tables.done.intersection(candidate.line.words.text))
            or _cue_of_another(candidate)
        )
    ):
        return False
    if candidate.kind == "problem" and candidate.codes[0] in _USE and candidate.when is When.CURRENT:
        return False  # "PMH: T2DM; alcohol 60 units/wk, hazardous": a list of what there is
    if candidate.kind == "problem" and _old_by_name(candidate):
        return False
    if candidate.kind == "problem" and candidate.codes[0] in _OF_DEVICE and candidate.role != "past_history":
        return False  # "infected left TKR (2019)": the joint is of the past, what befell it is not
    if candidate.kind not in ("problem", "procedure"):
        return candidate.when is When.HISTORICAL and any(
            h.entry.kind == "history" and h.mask & candidate.mask and h.codes != candidate.codes for h in candidate.line.hits
        )
    return _overlapped(candidate, "history")


def _old_by_name(candidate: Candidate) -> bool:
    """ "Old tear of the meniscus": the index has the old injury as the disease that it is now."""
    return candidate.statement.cue == "old" and "old" in candidate.own_words() and candidate.codes[0] not in _LEFT_BEHIND


#: A list of past operations names the conditions by what was done about them: "PSH: right cataract".
_SURGICAL = re.compile(r"\bsurgical\b(?! ?(?:and|&|/) ?med)|\bpsh(?:x)?\b|\boperations\b")
_FOLLOWING = frozenset(("after", "following", "post"))
_FORMER = frozenset(("previous", "previously", "prior", "past", "old", "former"))


def _cue_of_another(candidate: Candidate) -> bool:
    """Whether the word that makes the statement one of the past belongs to something done, behind the condition."""
    if candidate.when is not When.HISTORICAL:
        return False
    words, end = candidate.line.words.text, candidate.mask.bit_length()
    at = (candidate.mask & -candidate.mask).bit_length() - 1
    starts = [
        i for i, word in enumerate(words) if word in _FORMER and words[i + 1 : i + 2] not in (["history"], ["medical"])
    ]
    hits = [h for h in candidate.line.hits if h.entry.kind in ("history", "procedure")]
    if starts and any(starts[-1] < h.mask.bit_length() <= at for h in hits):
        return True  # "previous TIA and atrial fibrillation"
    behind = [h for h in hits if h.mask >> end]
    if not behind:
        return False
    if starts:
        return min(starts) >= end
    # "ischaemic heart disease with stents in 2018": the year is that of the stents
    return candidate.statement.cue.strip()[-4:].isdigit() or any(w in candidate.statement.cue for w in _STILL)


def _overlapped(candidate: Candidate, *kinds: str) -> bool:
    return any(h.entry.kind in kinds and h.mask & candidate.mask for h in candidate.line.hits)


def _lifelong_beside(candidate: Candidate, tables: Tables) -> bool:
    return any(
        h.entry.kind == "problem"
        and (h.codes[0] in tables.lifelong or h.codes[0] in _USE)
        and candidate.mask & ~h.mask == 0
        for h in candidate.line.hits
    )


def _operated_before(candidate: Candidate, start: dt.date | None) -> bool:
    """Whether the words name an operation on the condition with a date before this episode ("hernia repair 8/2")."""
    date = candidate.statement.date
    return (
        date is not None and start is not None and date < start - dt.timedelta(days=1)
        and any(
            h.entry.kind == "procedure" and h.mask & candidate.mask and h.mask & ~candidate.mask
            for h in candidate.line.hits
        )
    )  # fmt: skip


def _after_its_operation(candidate: Candidate) -> bool:
    """Whether the words only name the operation that something followed: "wound haematoma after hernia repair"."""
    words = candidate.line.words
    failed = candidate.codes[0] not in _OF_CARE and any(
        h.entry.kind == "problem" and h.codes[0] in _OF_CARE for h in candidate.line.hits
    )
    for hit in candidate.line.hits:
        if hit.entry.kind != "procedure" or candidate.mask & ~hit.mask or hit.mask == candidate.mask:
            continue
        at = (hit.mask & -hit.mask).bit_length() - 1
        if failed or (at and words.text[at - 1] in _FOLLOWING):
            return True
    return False


def _past(candidate: Candidate, tables: Tables, guards: frozenset[str], start: dt.date | None) -> bool:
    """Whether the record or the course of the disease makes it a thing of the past."""
    code, in_history = candidate.codes[0], candidate.role == "past_history"
    if candidate.kind == "problem" and (_operated_before(candidate, start) or _after_its_operation(candidate)):
        return True
    if (
        candidate.kind == "problem"
        and in_history
        and (
            tables.done.intersection(candidate.line.words.text)
            or _SURGICAL.search(candidate.statement.section.title.lower())
        )
    ):
        return True
    if candidate.when is When.RESOLVED:
        # resolved in this stay is coded; resolved in a past history, or of birth, is over
        return in_history or code[0] == "Q"
    if candidate.when is When.HISTORICAL:
        # a year says since when: "Parkinson's 2016" is Parkinson's
        cue = candidate.statement.cue.replace(" ", "")
        if code in tables.lifelong and _cue_of_another(candidate):
            return False
        if _old_by_name(candidate):
            return False
        year = cue[-4:]
        if code in _OF_DEVICE and year.isdigit() and not in_history:
            return False  # "infected left TKR (2019)": the year is that of the joint
        if code in _EPISODES and year.isdigit() and start is not None and int(year) <= start.year - _LONG_AGO:
            return True
        return code not in tables.lifelong or not (any(w in cue for w in _STILL) or cue[-4:].isdigit())
    if code[0] == "O" and "pregnant" in guards:  # the history of this pregnancy
        return False
    return in_history and code in tables.past and code not in tables.lifelong


def _said_of_someone_else(candidate: Candidate) -> bool:
    return candidate.who is not Who.PATIENT and candidate.kind != "family"


#: What an allergy does: named behind it, it is what the patient had then.
_REACTIONS = Ranges("T78.2-T78.4 T88.6 L27 L29 L50 R11 R21 R22 R60 K52 R19.5 O99.7")


def _reaction_of_allergy(candidate: Candidate, case: Case) -> bool:
    """ "PENICILLIN ALLERGY (anaphylaxis)" in a list of what the patient takes or has had, or in brackets."""
    return (
        candidate.kind == "problem" and candidate.codes[0] in _REACTIONS
        and (
            candidate.role in ("medication", "past_history", "allergy", "social")
            or case.record.document(candidate).text[max(0, candidate.start - 1) : candidate.start] == "("
        )
        and any(line is not candidate.line and "allergy" in line.words.text for line in case.record.sentence(candidate))
    )  # fmt: skip


def gather(case: Case, tables: Tables) -> None:
    """Fill case.conditions (diagnosis side) from the record, in order of mention; procedures are gathered apart."""
    by_codes: dict[tuple[str, ...], Condition] = {}
    if not case.every_condition:
        leave_open(case.record)
    for candidate in case.record.candidates:
        if candidate.kind in ("procedure", "cause", "organism"):
            continue
        reason = _why_not(candidate, case, tables)
        if reason:
            if reason == "supports":
                case.supporting.append(candidate)
            elif reason != "silent":
                case.leave_out([candidate], reason)
            continue
        if candidate.asks:
            case.uncertain.append(candidate)
            case.leave_out([candidate], "to be queried")
            continue
        for codes in apart(candidate.codes, tables):
            condition = by_codes.get(codes)
            if condition is None:
                condition = by_codes[codes] = Condition(list(codes), [])
                case.conditions.append(condition)
            condition.candidates.append(candidate)
    _dealt_with(case, tables)


def _dealt_with(case: Case, tables: Tables) -> None:
    """A condition that one note says was dealt with is not current because a copied list names it bare."""
    done = {
        c.codes[0][:3] for c in case.record.candidates
        if c.kind in ("problem", "history") and c.role == "past_history" and c.codes
        and tables.done.intersection(c.line.words.text)
    }  # fmt: skip
    for condition in list(case.conditions):
        if (
            condition.code[:3] in done
            and condition.first.kind == "problem"
            and all(c.role == "past_history" for c in condition.candidates)
        ):
            case.drop([condition], "historical", "")


def apart(codes: tuple[str, ...], tables: Tables) -> list[tuple[str, ...]]:
    """Codes of an entry as conditions: a dagger stays with its asterisk, an O code with its detail."""
    out = [codes[:1]]
    for code in codes[1:]:
        if code[:3] in tables.asterisk or code[0] in "BUVWXYZ" or out[-1][0][0] == "O":
            out[-1] = (*out[-1], code)
        else:
            out.append((code,))
    return out


#: Documents that tell of the stay after the emergency department.
_ACCOUNTS = ("discharge_summary", "consultant_note", "ward_round", "clinic_letter", "delivery_record")


def _document_kind(candidate: Candidate, case: Case) -> str:
    """The document's type for the may-code table: an emergency note that nothing follows is the account of the stay."""
    kind = case.record.document(candidate).type
    if kind == "ed_note" and not any(d.type in _ACCOUNTS for d in case.episode.documents):
        return "discharge_summary"
    return kind


_SCOPE = re.compile(r"colonoscopy|gastroscopy|\bogd\b|sigmoidoscopy|\bflexi|endoscopy|bowel scope", re.IGNORECASE)
_HEAD = 120  # characters in which a report says what it is


def _place(candidate: Candidate, case: Case) -> str:
    """The role of the section; the narrative of an endoscopy report is its findings."""
    document = case.record.document(candidate)
    if candidate.role == "operative_detail" and _SCOPE.search(document.text, 0, _HEAD):
        return "findings"
    return candidate.role


def _why_not(candidate: Candidate, case: Case, tables: Tables) -> str:
    """ "" when the candidate codes; "supports"; "silent" (nothing to tell); else the reason."""
    whether = candidate.whether
    if candidate.kind == "circumstance" and candidate.statement.cue in _SERVICES:
        whether = Whether.PRESENT  # "seen by the palliative care team" is a circumstance, though no condition
    if whether is Whether.ABSENT and _untroubled(candidate, case, tables):
        whether = Whether.PRESENT
    said = whether in _CUED and _all_said(candidate, case)
    if said:
        whether = Whether.PRESENT
    standing = (candidate.kind == "circumstance" and candidate.codes[0] in _STANDING) or (
        candidate.codes[0] in _HABITS and candidate.statement.cue in _COUNSELLED
    )
    if standing and (
        whether in (Whether.PLANNED, Whether.HYPOTHETICAL) or candidate.statement.cue in ("declined", "declines")
    ):
        whether = Whether.PRESENT
    if candidate.kind == "allergy":
        if whether >= Whether.POSSIBLE or candidate.who is not Who.PATIENT or candidate.silent:
            return "silent"
        return "" if case.policy["allergy_status"] == "code" else "discretionary"
    if _said_of_someone_else(candidate):
        return "said of someone else"
    if _reaction_of_allergy(candidate, case):
        return "silent"
    if candidate.kind == "family":
        if whether >= Whether.POSSIBLE or candidate.silent:
            return "silent"
        return "" if case.policy["family_history"] == "code" else "family history"
    if candidate.kind != "history" and not case.every_condition and _overridden_by_history(candidate, tables):
        return "historical"
    if (
        candidate.kind == "history"
        and candidate.when is When.CURRENT
        and (_overlapped(candidate, "circumstance", "drug") or _lifelong_beside(candidate, tables))
    ):
        return "silent"
    if whether in (Whether.ABSENT, Whether.RULED_OUT):
        if candidate.statement.cue not in _NO_MORE:
            case.ruled_out.append(candidate)
        return _DOUBT_REASONS[whether]
    verdict = (
        "y"
        if case.every_condition
        else tables.verdict(_document_kind(candidate, case), _place(candidate, case), statement_kind(candidate, tables))
    )
    if standing and candidate.role not in _UNASKED:
        verdict = "y"
    date, start = candidate.statement.date, case.episode.admission_date
    put_in = candidate.codes and candidate.codes[0] in _PUT_IN and candidate.role not in _OLD
    dated = put_in and date is not None and start is not None and date >= start
    if dated and _READ.isdisjoint(case.record.sentence_words(candidate)):
        return "done in this episode"
    if whether is Whether.LIKELY and not case.every_condition:
        policy = case.policy.get(_policy_name(candidate.statement.cue), "query")
        if policy != "code":
            case.uncertain.append(candidate)
            return _DOUBT_REASONS[whether]
    elif whether is Whether.POSSIBLE and not (case.every_condition and _suspected(candidate)):
        case.uncertain.append(candidate)
        return _DOUBT_REASONS[whether]
    elif whether > Whether.POSSIBLE:
        return _DOUBT_REASONS[whether]
    if candidate.statement.when is When.FUTURE and not standing and not said:
        return "planned"
    told = candidate.kind in ("history", "drug") or (
        candidate.kind == "circumstance" and candidate.codes[0].startswith("Z86")
    )
    if not told and not case.every_condition and _past(candidate, tables, case.guards, case.episode.admission_date):
        return "historical"
    if candidate.silent:
        return "silent"
    if verdict == "s" and not _stands_anyway(candidate, case, tables):
        return "supports"
    if case.every_condition:
        return ""
    if (
        candidate.kind == "problem"
        and candidate.role in _STEPS
        and (
            candidate.codes[0][0] in "AB"
            or (candidate.codes[0][0] == "S" and case.record.document(candidate).type != "discharge_summary")
        )
        and not _set(candidate)
    ):
        return "supports" if candidate.codes[0] in _BROKEN else "a step of the operation, not a diagnosis"
    if (
        verdict == "y"
        and (candidate.kind == "problem" or candidate.role in _LOOKED)
        and candidate.codes[0] in tables.incidental
        and _described(candidate, case)
    ):
        return "incidental finding"
    return "" if verdict in "ys" else "result or section that does not code"


def _all_said(candidate: Candidate, case: Case) -> bool:
    """Whether a status explains all of its item, the cue among it: "needs help with personal care", "bowel cancer screening"."""
    cue = candidate.statement.cue.lower()
    if not cue or candidate.codes[0][0] != "Z" or candidate.mask.bit_count() < len(candidate.line.words.text):
        return False
    return cue in " ".join(e.text.lower() for e in case.record.evidence(candidate))


def _set(candidate: Candidate) -> bool:
    """Whether the title of an operation names the fracture that it sets: "ORIF distal radius fracture"."""
    return (
        candidate.role == "procedure"
        and candidate.codes[0] in _FRACTURES
        and any(hit.entry.kind == "procedure" for hit in candidate.line.hits)
    )


#: How a clinician names a suspicion, which research counts; it leaves out what is only conceivable: "?PE", "versus".
_SUSPICION = ("suspicion", "suspected", "initial diagnosis", "possible diagnosis", "presumptive")


def _suspected(candidate: Candidate) -> bool:
    return any(word in candidate.statement.cue for word in _SUSPICION)


def _untroubled(candidate: Candidate, case: Case, tables: Tables) -> bool:
    """A lifelong illness that gives no trouble is there: "Asthma - no issues"; a label that asks may be answered so."""
    return (
        candidate.kind == "problem"
        and candidate.statement.cue in ("no issues", "no problems", "no recent issues", "no recent problems")
        and any(code in tables.lifelong for code in candidate.codes)
        and case.record.document(candidate).text[candidate.end : candidate.end + 2].strip() in ("-", "–", ",", "(")
    )


#: What an anaesthetist listens for, reads off an echo or sees on the monitor: no diagnosis of the team.
_ON_THE_TABLE = Ranges("I20 I34-I37 I44-I49 K21 R00-R99")
#: Lifelong illness that no surgeon finds: where an operation note names it, the patient was known to have it.
_NO_FINDING = Ranges("E03 E10-E14 F00-F03 G20 G30 G35 G40 I10-I13 I48 J44-J45 N18 Z95.0 Z96.1")


#: What the obstetrician tells of the birth in the note of the delivery.
_OF_LABOUR = Ranges("O61-O66 O68-O69")


#: Open wounds, and the words that say that one was closed where it is told of.
_WOUNDS = Ranges("S01 S11 S21 S31 S41 S51 S61 S71 S81 S91")
_CLOSED = frozenset("glued sutured stitched stapled steristripped steristrip steristrips suture sutures stitches".split())


def _closed_there(candidate: Candidate, case: Case) -> bool:
    """Whether the sentence that names a wound says that it was closed: "Scalp: 3 cm laceration, glued"."""
    if candidate.codes[0] not in _WOUNDS:
        return False
    return any(not _CLOSED.isdisjoint(case.record.surface(line)) for line in case.record.sentence(candidate))


def _stands_anyway(candidate: Candidate, case: Case, tables: Tables) -> bool:
    """What codes where other things only support: lifelong illness, a cut the surgeon tells of, a wound that was closed."""
    code, kind = candidate.codes[0], case.record.document(candidate).type
    if candidate.role in ("past_history", "history_presenting") or kind == "referral_letter":
        if candidate.kind == "history":  # "on warfarin (mech AVR 2009)"
            return code[0] == "Z" and kind != "referral_letter"
        return candidate.kind == "problem" and (code in tables.lifelong or (kind == "ed_note" and _closed_there(candidate, case)))
    if kind == "anaesthetic_record":
        return candidate.kind == "problem" and code in tables.lifelong and code not in _ON_THE_TABLE
    if candidate.role not in _STEPS or candidate.whether is not Whether.PRESENT:
        return False
    return code == "T81.2" or (candidate.kind == "problem" and (code in _NO_FINDING or code in _OF_LABOUR))


def _policy_name(cue: str) -> str:
    if "keeping" in cue or "consistent" in cue or "compatible" in cue:
        return "in_keeping_with"
    return "impression_of" if "impression" in cue else "likely"
