"""What an index entry may ask of the patient and the stay."""

from __future__ import annotations

import re

from fourstep.episode import Episode

#: How a record that nobody gave an age says that its patient is a baby or a child; of a mother's baby it speaks otherwise.
_SAID = (
    (("newborn", "infant", "child"), re.compile(
        r"\bin (?:an? |the )?(?:neonates?|newborn)\b|\bneonate\b|\bnewborn (?:baby|infant)\b"
        r"|\bday[- ]old (?:baby|infant|boy|girl)\b"
        r"|^\W*(?:prem(?:ature)?|preterm) (?:born )?(?:at )?\d\d\b|^\W*infant of\b"
        r"|^\W*(?:baby|newborn|(?:twin|triplet) (?:born|one|two|[12])|singleton|born|bba|birth ?weight|bw)\b"
        r"|^\W*(?:prem(?:ature)?|pre-?term|term|well|healthy|normal|live ?born) "
        r"(?:baby|infant|neonate|newborn|twin|triplet|singleton)\b",
        re.IGNORECASE,
    )),
    (("infant", "child"), re.compile(
        r"\bin (?:an? )?(?:infant|baby)\b|\b(?:week|month)s?[- ]old (?:baby|infant|boy|girl)\b", re.IGNORECASE,
    )),
    (("child",), re.compile(
        r"\bin (?:an? )?(?:child|toddler)\b|\b(?:toddler|child|schoolboy|schoolgirl)$", re.IGNORECASE,
    )),
)  # fmt: skip


def guards_of(episode: Episode, every_condition: bool = False) -> frozenset[str]:
    """What an index entry may ask of the episode: {female}, {newborn}, {elective}, ...; {every} of the mode for research."""
    found = {episode.sex.value} | ({"every"} if every_condition else set())
    age, days = episode.age_years, episode.age_days
    if days is not None or age == 0:
        found |= {"infant", "child"} | ({"newborn"} if days is not None and days <= 28 else set())
    elif age is not None:
        found.add("child" if age < 16 else "adult")
        if age >= 65:
            found.add("elderly")
    else:
        found.update(_said(episode))
    method, kind = episode.admission_method.lower(), episode.patient_class.lower()
    specialty, gone = episode.specialty.lower(), episode.discharge_destination.lower()
    if "newborn" in found and ("birth" in method or "bab" in specialty or "neonat" in specialty):
        found.add("birth")
    if "newborn" not in found and ("maternity" in method or "maternity" in kind or "obstetric" in specialty):
        found |= {"maternity", "pregnant"}
    if "elective" in method or "planned" in method or "waiting" in method or "booked" in method:
        found.add("elective")
    if "emergency" in method or "transfer" in method:
        found.add("emergency")
    if "day case" in kind or "daycase" in kind or "regular" in kind:
        found.add("daycase")
    if "died" in gone or "death" in gone or "deceased" in gone:
        found.add("dead")
    return frozenset(found)


def _said(episode: Episode) -> tuple[str, ...]:
    """What the words of the record say of the age of its patient."""
    return next((ages for ages, said in _SAID if any(said.search(d.text) for d in episode.documents)), ())
