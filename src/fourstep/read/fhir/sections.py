"""What the coded headings of clinical documents mean, as section roles.

The headings are those of the Professional Record Standards Body (SNOMED CT codes in STU3 messages, words in
UK Core) and the LOINC section codes of international documents. Sections that only name people and places are
demographics: nothing in them is said of the patient's health.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fourstep.read.fhir.tree import Node, codings, node_at, text_at

_SNOMED = {
    "886781000000108": "presenting",  # admission details: the reason for admission
    "886891000000102": "presenting",
    "887151000000100": "problem_list",
    "717121000000105": "history_presenting",
    "887161000000102": "diagnosis",
    "887171000000109": "procedure",
    "887181000000106": "course",  # clinical summary
    "1077901000000108": "course",  # clinical narrative
    "887111000000104": "family",
    "887051000000101": "social",
    "1052901000000109": "social",  # individual requirements
    "886921000000105": "allergy",
    "933361000000108": "medication",
    "715851000000102": "examination",
    "887141000000103": "investigation",  # assessment scales
    "1082101000000102": "investigation",
    "1064471000000105": "plan",  # investigations and procedures requested
    "887201000000105": "plan",
    "1052951000000105": "advice",
    "1052941000000107": "advice",  # concerns, expectations and wishes
    "886931000000107": "safeguarding",
    "886961000000102": "consent",  # legal information
    "886751000000102": "demographics",  # participation in research
    "886811000000106": "demographics",  # discharge details
    "1077881000000105": "demographics",  # attendance details
    "887261000000109": "demographics",
    "886711000000101": "demographics",
    "886731000000109": "demographics",
    "887231000000104": "demographics",
    "1052891000000108": "demographics",
    "1077931000000102": "demographics",
    "1078901000000109": "demographics",
}

_LOINC = {
    "10154-3": "presenting", "29299-5": "presenting", "10164-2": "history_presenting",
    "11348-0": "past_history", "11450-4": "problem_list", "11535-2": "diagnosis", "46241-6": "diagnosis",
    "29308-4": "diagnosis",
    "8648-8": "course", "47519-4": "procedure", "10160-0": "medication", "10183-2": "discharge_medication",
    "42346-7": "medication", "48765-2": "allergy", "10157-6": "family", "29762-2": "social",
    "29545-1": "examination", "10210-3": "examination", "8716-3": "examination", "30954-2": "investigation",
    "18776-5": "plan", "8653-8": "advice", "11369-6": "other",
}  # fmt: skip

# Words that headings are recognised by, the first that matches; they stand for the UK Core codes as well.
_WORDS = (
    ("plan", r"requested|^plan\b|outstanding issues|^actions?$|planned"),
    ("followup", r"follow[- ]?up|appointment"),
    ("demographics", r"demographic|practice|distribution|completing|referrer|referral details|handover|"
                     r"attendance details|discharge details|contact|clinician|research|administration"),
    ("family", r"^family history"),
    ("past_history", r"past|previous|^history$|background"),
    ("presenting", r"presenting|admission details|reason for"),
    ("problem_list", r"problem"),
    ("secondary_diagnosis", r"secondary diagnos|co-?morbid"),
    ("diagnosis", r"diagnos"),
    ("procedure", r"procedure|operation"),
    ("course", r"clinical summary|clinical narrative|course|treatments? and interventions?"),
    ("allergy", r"allerg|adverse reaction"),
    ("medication", r"medication|medicines"),
    ("examination", r"examination|observations|review of systems|vital signs"),
    ("investigation", r"investigation|results?\b|assessment scales|reports?$"),
    ("social", r"social|lifestyle|occupational|substance|(individual|special) requirement|services and care"),
    ("advice", r"advice|information given|concerns|expectations"),
    ("safeguarding", r"safeguarding|safety alert|risk"),
    ("consent", r"consent|legal|advance (decision|statement)|capacity|power of attorney|liberty"),
)  # fmt: skip
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _WORDS)


def section_role(section: Node) -> str:
    """The role of a section by its code, else by the words of the code or the title; empty where unknown."""
    coded = codings(node_at(section, "code"))
    words = [text_at(coding, name) for coding in coded for name in ("display", "code")]
    return role_of([text_at(coding, "code") for coding in coded], [*words, text_at(section, "title")])


def role_of(codes: Iterable[str], words: Iterable[str]) -> str:
    """The role that a code of a section means, else the first of its headings whose words are known; else empty."""
    for code in codes:
        if role := _SNOMED.get(code) or _LOINC.get(code):
            return role
    for heading in words:
        plain = heading.lower().replace("-", " ").strip()
        if role := next((role for role, pattern in _COMPILED if plain and pattern.search(plain)), ""):
            return role
    return ""
