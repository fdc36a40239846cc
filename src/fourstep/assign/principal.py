"""The table of the primary diagnosis: knowledge/standards/primary.txt, groups of codes and words beside a condition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from re import Pattern

from fourstep.books.tables import Ranges
from fourstep.errors import KnowledgeError


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of codes that the choice asks about, by their names in the table."""

    grave: Ranges
    consequence: Ranges
    spread: Ranges
    sign: Ranges
    open_wound: Ranges
    deep: Ranges
    no_cause: Ranges
    of_bleeding: Ranges
    sepsis: Ranges
    of_sepsis: Ranges
    of_care: Ranges
    returns: Ranges
    minor: Ranges
    anaemia: Ranges
    angina: Ranges
    failed: Ranges
    lungs: Ranges
    torn: Ranges
    detached: Ranges
    own_right: Ranges
    poisoning: Ranges
    cancer: Ranges
    standing: Ranges
    exacerbated: Ranges
    diabetic: Ranges
    imaged: Ranges
    looked_for: Ranges
    labour: Ranges
    mothers_illness: Ranges
    of_birth: Ranges
    planned_birth: Ranges
    born_early: Ranges
    bedside: Ranges
    blood: Ranges
    helped_birth: Ranges
    birth: Ranges
    sectioned: Ranges


@dataclass(frozen=True, slots=True)
class Beside:
    """What the words beside a condition say of it."""

    concluded: Pattern[str]  # at the end of what stands before a condition
    known: Pattern[str]  # the same
    worse: Pattern[str]
    treated: Pattern[str]
    cause_follows: Pattern[str]  # what stands between a symptom and its cause
    said_primary: Pattern[str]  # at the beginning of a heading
    induced: Pattern[str]  # before a condition and its own words


@dataclass(frozen=True, slots=True)
class Principal:
    """The whole table."""

    codes: Groups
    beside: Beside


#: The lists of words, of which the patterns are made.
WORDS = (
    "concluded", "cause_of_death", "quality", "known", "known_quality", "worse", "treated", "cause_follows", "said_primary",
    "induced",
)  # fmt: skip
_GROUPS = tuple(f.name for f in fields(Groups))


def read_principal(lines: Iterable[tuple[str, str]]) -> Principal:
    """The table from (place, fact) of each line. Raises KnowledgeError naming the place of the first thing wrong."""
    codes: dict[str, str] = {}
    words: dict[str, list[str]] = {}
    place = ""
    for place, fact in lines:
        kind, _, rest = fact.partition(" ")
        name, _, said = rest.strip().partition(" ")
        if kind not in ("codes", "words") or not said.strip():
            raise KnowledgeError("expected 'codes  name  ranges' or 'words  name  words | words'", place)
        if name not in (_GROUPS if kind == "codes" else WORDS):
            raise KnowledgeError(f"no {kind} '{name}' is asked for", place)
        if kind == "codes":
            codes[name] = f"{codes.get(name, '')} {said.strip()}".strip()
            continue
        known = words.setdefault(name, [])
        for phrase in (p.strip() for p in said.split("|")):
            if not phrase or phrase in known:
                raise KnowledgeError(f"'{phrase}' is said twice" if phrase else "nothing between two bars", place)
            known.append(phrase)
    missing = [name for name in (*_GROUPS, *WORDS) if name not in codes and name not in words]
    if missing:
        raise KnowledgeError(f"no line for '{missing[0]}'", place)
    groups = Groups(**{name: Ranges(said) for name, said in codes.items()})
    return Principal(groups, _beside({name: _either(phrases) for name, phrases in words.items()}))


def _either(phrases: list[str]) -> str:
    """A pattern for any of the phrases: * stands for letters, # for figures."""
    return "|".join(re.escape(p).replace(r"\*", r"\w*").replace(r"\#", r"\d+").replace(r"\ ", " ") for p in phrases)


def _beside(said: dict[str, str]) -> Beside:
    """What the words make together, each list in its place."""
    return Beside(
        concluded=re.compile(
            rf"(?i)(?:(?<!\w)(?:{said['concluded']})(?: an?)?"
            rf"|(?<!\w)(?:{said['cause_of_death']})\W+(?:(?:1|i) ?\(?a\)?)?)[ :=-]*"
            rf"(?:(?:an? )?(?:{said['quality']})[ -])*$"
        ),
        known=re.compile(
            rf"(?i)(?<!\w)(?:{said['known']})(?: (?:also )?(?:to have|of|with|includes?))?[ :]*"
            rf"(?:(?:{said['known_quality']}) )?$"
        ),
        worse=re.compile(rf"(?i)\b(?:{said['worse']})"),
        treated=re.compile(rf"(?i)\b(?:{said['treated']})\b"),
        cause_follows=re.compile(
            rf"(?i)[^.;\n]*?(?:[-–:,]|\b)\s*(?:{said['cause_follows']})\s(?:[\w-]+ ){{0,3}}\Z"
        ),
        induced=re.compile(
            rf"(?i)\b(?:{said['induced']})\b(?: of labour)?\s*(?:for|due to|because of|[-–:(])[^.,;\n]{{0,40}}\Z"
        ),
        said_primary=re.compile(rf"(?i)(?:{said['said_primary']})\b"),
    )
