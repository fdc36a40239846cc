"""Episodes with codings for the tests of what leaves: one that knows everything, and any that hypothesis thinks of."""

from __future__ import annotations

import datetime as dt
import string

from hypothesis import strategies as st

from fourstep.administrative import Administrative
from fourstep.episode import Code, CodedEpisode, Episode, Evidence, Query, Sex
from fourstep.exchange.submission import Submission

NOON = dt.datetime(2025, 11, 3, 12, 30, 5, tzinfo=dt.UTC)

KNOWN = Administrative(
    nhs_number="9990000018",
    nhs_number_status="01",
    local_patient_id="X12345",
    birth_date=dt.date(1958, 3, 2),
    sex="2",
    ethnic_category="A",
    postcode="ZZ99 3VZ",
    gp_practice="V81999",
    spell_id="SP-1001",
    spell_start=dt.date(2025, 10, 10),
    spell_end=dt.date(2025, 10, 14),
    patient_classification="1",
    admission_method="21",
    admission_source="19",
    discharge_destination="19",
    discharge_method="1",
    intended_management="8",
    administrative_category="01",
    episode_number=1,
    last_episode=True,
    episode_start=dt.date(2025, 10, 10),
    episode_end=dt.date(2025, 10, 14),
    consultant_code="C9999998",
    main_specialty="100",
    treatment_function="100",
    neonatal_level="8",
    critical_care_days=1,
    rehabilitation_days=0,
    palliative_care_days=0,
    provider_code="RZZ00",
    site_code="RZZ01",
    commissioner="QZZ",
    funder="nhs",
    insurer="",
    wait_days=0,
)


def code(code: str, *, title: str = "", date: dt.date | None = None, text: str = "words") -> Code:
    quote = Evidence("letter.txt", 4, 4 + len(text), text)
    return Code(code, title or f"Title of {code}", [quote], "Lead > term", ["GEN-1", "X-2"], 0.937, "auto", date)


def record(
    name: str = "gallbladder",
    diagnoses: tuple[str, ...] = ("K80.0", "I10.X", "E11.9"),
    procedures: tuple[str, ...] = ("J18.3", "Y75.2"),
    known: Administrative | None = KNOWN,
) -> Submission:
    """A finished admission that lacks nothing."""
    day = dt.date(2025, 10, 11)
    episode = Episode(name, sex=Sex.FEMALE, age_years=67, patient_class="ordinary", admission_method="emergency",
                      admission_date=dt.date(2025, 10, 10), discharge_date=dt.date(2025, 10, 14), specialty="General surgery",
                      discharge_destination="usual place of residence", administrative=known)  # fmt: skip
    coded = CodedEpisode(name, [code(c) for c in diagnoses], [code(c, date=day) for c in procedures])
    return Submission(episode, coded)


def asks(submission: Submission) -> Submission:
    """The same with a question that holds it up."""
    submission.coded.queries.append(Query("which kidney", "two are named", blocking=True))
    return submission


_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)
_ICD10 = st.from_regex(r"[A-Z][0-9]{2}\.[0-9X][0-9]?", fullmatch=True)
_OPCS4 = st.from_regex(r"[A-Z][0-9]{2}\.[0-9]", fullmatch=True)
_QUOTES = st.builds(
    Evidence, document=_WORDS, start=st.integers(0, 9999), end=st.integers(0, 9999), text=_WORDS, path=_WORDS
)
_NUMBERS = st.integers(0, 999).map(lambda n: n / 1000)


def _codes(form: st.SearchStrategy[str], day: st.SearchStrategy[dt.date | None]) -> st.SearchStrategy[Code]:
    standard = st.from_regex(r"[A-Z]{3}-[0-9]{1,2}", fullmatch=True)
    return st.builds(
        Code, code=form, title=_WORDS, evidence=st.lists(_QUOTES, max_size=2), trail=_WORDS, reason=_WORDS, date=day,
        standards=st.lists(standard, max_size=2), confidence=_NUMBERS, status=st.sampled_from(["auto", "review"]),
    )  # fmt: skip


def _admin() -> st.SearchStrategy[Administrative | None]:
    plain = st.text(string.ascii_letters + string.digits + " -=+@'", min_size=1, max_size=10).map(str.strip)
    return st.none() | st.builds(
        Administrative, spell_id=plain, insurer=_WORDS, local_patient_id=plain, episode_number=st.none() | st.integers(1, 97),
        last_episode=st.none() | st.booleans(), birth_date=st.none() | _DAYS, spell_start=st.none() | _DAYS,
        spell_end=st.none() | _DAYS, episode_end=st.none() | _DAYS, provider_code=st.sampled_from(["", "RZZ", "NZZ01"]),
        site_code=st.sampled_from(["", "NZZ01"]), admission_method=st.sampled_from(["", "11", "2A"]),
        wait_days=st.none() | st.integers(0, 9999),
    )  # fmt: skip


def _submission(name: str, known: Administrative | None, diagnoses: list[Code], procedures: list[Code]) -> Submission:
    return Submission(Episode(name, administrative=known), CodedEpisode(name, diagnoses, procedures))


#: Any episode with any coding.
SUBMISSIONS = st.builds(
    _submission,
    name=_WORDS.filter(lambda name: bool(name.strip())),
    known=_admin(),
    diagnoses=st.lists(_codes(_ICD10, st.none()), max_size=60),
    procedures=st.lists(_codes(_OPCS4, st.none() | _DAYS), max_size=60),
)
