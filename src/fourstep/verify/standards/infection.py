"""Chapter I: organisms and resistance behind the infection they explain; sepsis."""

from __future__ import annotations

import datetime as dt

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular

#: Infections of which the organism is recorded in addition; A and B codes hold their organism themselves.
_TAKES_ORGANISM = Ranges(
    "K04.6-K04.7 K10.2 K11.2-K11.3 K12.2 "
    "H00 H10 H60 H66 I33 J01-J06 J18 J20 J22 J36 J39 J44.0 J85 J86 K29 K25-K28 K35-K37 K57 K61 K63.0 K65 K67 "
    "K75.0 K80.3 K81 K83.0 L00-L08 "
    "M00 M46 M60 M65 M71 M72.6 M86 N10-N12 N13.6 N15.1 N30 N34 N39.0 N41 N45 N48.2 N49 N61 N70-N77 O23 O75.3 O85 "
    "O86 O91 O98 P36.8-P36.9 P39 T79.3 T80.2 "
    "T81.4 T82.6 T82.7 T83.5 T83.6 T84.5-T84.7 T85.7 T88.0 G00 G06 L89 L97 R57.2 D57 B34 K85 S01 S11 S21 S31 S41 "
    "S51 S61 S71 S81 S91"
)
_GASTRIC = Ranges("K25-K31 C16")
#: Infections of lines, grafts and joints put in.
_DEVICE = Ranges("T80.2 T82.6-T82.7 T83.5-T83.6 T84.5-T84.7 T85.7")
#: Pneumonia whose organism is known has a code of its own.
_PNEUMONIA_OF = {
    "B95.3": "J13.X",
    "B96.3": "J14.X",
    "B96.1": "J15.0",
    "B96.5": "J15.1",
    "B95.6": "J15.2",
    "B95.1": "J15.3",
    "B96.2": "J15.5",
    "B96.0": "J15.7",
    "B97.4": "J12.1",
    "B97.0": "J12.0",
}
#: What an organism grown from the urine explains.
_URINARY = Ranges("N10-N12 N13.6 N15.1 N30 N34 N39.0 N41 N45 O23 T83.5")
_URINE = frozenset("urine msu csu mid-stream".split())
_GROWN = frozenset("sputum blood bal washing antigen aspirate tracheal bronchial nasopharyngeal".split())


def _organisms(case: Case) -> list[Candidate]:
    return [
        c
        for c in case.record.candidates
        if c.kind == "organism"
        and c.whether <= Whether.PROBABLE
        and c.who is Who.PATIENT
        and c.when is not When.HISTORICAL
        and c.role not in ("past_history", "advice", "plan", "followup", "medication", "allergy")
        and not _not_found(case, c)
    ]


#: "MSU grew E. coli, BC neg": the verdict on another specimen.
_OTHER_TESTS = frozenset("bc bcs blood cultures culture csf urine msu sputum stool swab swabs mrsa".split())


def _not_found(case: Case, organism: Candidate) -> bool:
    """ "Viral PCR: influenza, RSV, SARS-CoV-2 not detected": the end of the sentence speaks for the whole list."""
    last = case.record.surface(case.record.sentence(organism)[-1])
    if last[-2:] == ["not", "detected"]:
        return True
    return last[-1:] in (["negative"], ["neg"]) and not (len(last) > 1 and _OTHER_TESTS.issuperset(last[:-1]))


@standard(
    "FS.I.01", "I",
    "The organism of an infection is recorded after it (B95-B98), and its resistance after the organism (U82-U84); "
    "codes that hold their organism take none.",
    reference="DCS.I",
    examples=(
        ("Diagnosis: E. coli urinary tract infection", "N39.0 B96.2"),
        ("Diagnosis: urinary tract infection with ESBL producing E. coli", "N39.0 B96.2 U82.2"),
        ("Diagnosis: E. coli sepsis", "A41.5"),
        ("Diagnosis: MRSA septicaemia", "A41.0 U82.1"),
        ("Diagnosis: vancomycin resistant enterococcal UTI", "N39.0 B95.2 U83.0"),
        ("Diagnosis: Helicobacter pylori gastritis", "K29.7 B98.0"),
        ("Diagnosis: lobar pneumonia. Sputum grew Klebsiella pneumoniae.", "J15.0"),
    ),
)  # fmt: skip
def organisms(case: Case, tables: Tables) -> None:
    device = next(iter(case.having("T83.5")), None)
    for infection in case.having("N39.0") if device is not None else ():
        infection.follows = device  # the infection of a catheter, and behind it its organism
    for organism in _organisms(case):
        host = _host(case, organism)
        if host is None or (host.code in _DEVICE and organism.codes[0][0] == "B" and case.having("A40", "A41")):
            continue  # the sepsis of a line carries the organism of both
        holders = (_SEPSIS_OF.get(organism.codes[0]), _PNEUMONIA_OF.get(organism.codes[0]))
        held = any(c.code in holders for c in case.conditions)
        for code in organism.codes:
            if code in ("-", "?") or (
                held and code == organism.codes[0] and (not _beside(host, organism) or _of_the_sepsis(case, organism))
            ):
                continue  # the code of the sepsis or the pneumonia says its organism
            if host.code.startswith("J18") and code in _PNEUMONIA_OF:
                if not _from_the_lung(case, organism, host) or case.having("J12", "J13", "J14", "J15", "J16", "A48"):
                    continue
                host.codes[0] = _PNEUMONIA_OF[code]
                host.candidates.append(organism)
                host.standards.append("FS.I.01")
                continue
            if any(code in c.codes for c in case.conditions):
                continue
            if code.startswith("B") and any(
                c.follows is host and c.code.startswith(code[:3]) and c.first.line is not organism.line for c in case.conditions
            ):
                continue
            case.conditions.append(Condition([code], [organism], standards=["FS.I.01"], follows=host))


def _of_the_sepsis(case: Case, organism: Candidate) -> bool:
    """Whether it stands in the name of the sepsis, "E. coli septic shock due to pyonephrosis", or beside its pneumonia."""
    pneumonia = _PNEUMONIA_OF.get(organism.codes[0])
    if any(_beside(c, organism) for c in case.conditions if c.code == pneumonia):
        return True
    return any(x.line is organism.line and x.mask & organism.mask for c in case.having("A40", "A41") for x in c.candidates)


def _beside(host: Condition, organism: Candidate) -> bool:
    """Whether the sentence of an infection names its organism."""
    place = (organism.statement.document, organism.statement.sentence)
    return any((c.statement.document, c.statement.sentence) == place for c in host.candidates)


def _host(case: Case, organism: Candidate) -> Condition | None:
    """The infection that an organism explains: named in the same statement or sentence, else the only one there is."""
    hosts = [
        c for c in case.conditions
        if any(code in _TAKES_ORGANISM for code in c.codes) and (c.follows is None or c.code in ("L97.X", "N39.0"))
    ]  # fmt: skip
    if any(h.code == "N39.0" for h in hosts):
        hosts = [h for h in hosts if h.code != "T83.5"]
    if organism.codes[0].startswith("B98"):
        hosts = [c for c in case.conditions if c.code in _GASTRIC] or hosts
    elif organism.codes[0].startswith("B"):
        hosts = [h for h in hosts if h.code not in _GASTRIC]
    for host in hosts:
        if _beside(host, organism):
            return host
    # a wound is infected where its sentence says so
    infections = [h for h in hosts if h.code != "J22.X" and h.code[0] != "S"]
    if not _URINE.isdisjoint(case.record.sentence_words(organism)):
        infections = [h for h in infections if h.code in _URINARY] or infections
    if organism.codes[0] in _PNEUMONIA_OF and _GROWN.intersection(case.record.sentence_words(organism)):
        infections = [h for h in infections if h.code.startswith("J18")] or infections
    if organism.whether is not Whether.PRESENT or not infections:
        return None
    return infections[0] if len(infections) == 1 or _named_together(infections) else None


def _named_together(infections: list[Condition]) -> bool:
    """Whether one sentence names all of them: the abscess of a tooth and of the space beneath it."""
    said = [{(c.statement.document, c.statement.sentence) for c in i.candidates} for i in infections]
    return bool(set.intersection(*said))


def _from_the_lung(case: Case, organism: Candidate, host: Condition) -> bool:
    """Whether an organism is that of the pneumonia: named with it, or grown from sputum, airways or blood."""
    place = (organism.statement.document, organism.statement.sentence)
    if any((c.statement.document, c.statement.sentence) == place for c in host.candidates):
        return True
    title = organism.statement.section.title.lower().split()
    return bool(_GROWN & {*title, *case.record.sentence_words(organism)})


#: Sepsis whose organism is known has a code of its own.
_SEPSIS_OF = {
    "B95.0": "A40.0",
    "B95.1": "A40.1",
    "B95.3": "A40.3",
    "B95.6": "A41.0",
    "B95.7": "A41.1",
    "B96.2": "A41.5",
    "B96.1": "A41.5",
    "B96.5": "A41.5",
    "B96.4": "A41.5",
    "B96.3": "A41.3",
}
_BLOOD = frozenset("blood bacteraemia bacteremia bc culture sepsis septicaemia septicemia".split())


@standard(
    "FS.I.04", "I",
    "Sepsis of an organism grown from the blood, or named with it, is coded to that sepsis.",
    examples=(
        ("Diagnosis: sepsis. Blood cultures grew E. coli.", "A41.5"),
        ("Diagnosis: sepsis. Blood cultures no growth.", "A41.9"),
    ),
)  # fmt: skip
def sepsis_of_organism(case: Case, tables: Tables) -> None:
    plain = [c for c in case.conditions if c.code == "A41.9"]
    if not plain:
        return
    for organism in _organisms(case):
        sentence = set(case.record.sentence_words(organism))
        sentence.update(organism.statement.section.title.lower().split())
        code = _SEPSIS_OF.get(organism.codes[0])
        if code and sentence & _BLOOD:
            for condition in plain:
                condition.codes[0] = code
                condition.candidates.append(organism)
                condition.standards.append("FS.I.04")
            return


@standard(
    "FS.I.05", "I",
    "Sepsis that only an earlier note names, and the final statement of the same stay leaves out, is queried "
    "rather than coded.",
    verified=False,
    examples=(
        ("Diagnosis: sepsis", "A41.9"),
        ("Diagnosis: urosepsis", ""),
    ),
)  # fmt: skip
def sepsis_not_confirmed(case: Case, tables: Tables) -> None:
    final = {i for i, d in enumerate(case.episode.documents) if d.type in ("discharge_summary", "consultant_note")}
    named = case.having("A40", "A41", "P36")
    confirmed = any(c.statement.document in final for condition in named for c in condition.candidates)
    if not final or confirmed:
        return
    for condition in named:
        case.drop([condition], "not confirmed by the final statement", "FS.I.05")
        case.queries.append(
            Query(
                "Sepsis", "An earlier note names sepsis and the final statement does not. Was sepsis diagnosed?",
                tuple(case.record.evidence(condition.first)[:1]), True, (condition.code,),
            )
        )  # fmt: skip


@standard(
    "FS.I.02", "I",
    "Septic shock is recorded after the sepsis code, severe sepsis directly after it; neither stands first.",
    reference="DChS.I.1",
    examples=(
        ("Diagnosis: septic shock", "A41.9 R57.2"),
        ("Diagnosis: severe sepsis with AKI", "A41.9 R65.1 N17.9"),
        ("Diagnosis: E. coli bacteraemia", "A49.8"),
    ),
)  # fmt: skip
def septic_shock(case: Case, tables: Tables) -> None:
    shocked = case.having("R57.2", "R65.1")
    for shock in shocked:
        shock.codes = [c for c in shock.codes if c.startswith("R")]
        sepsis = next(
            iter(case.having("A40", "A41", "A02.1", "A22.7", "A26.7", "A32.7", "A39", "A42.7", "B37.7", "O85", "P36")),
            None,
        )
        if sepsis is None:
            sepsis = Condition(["A41.9"], list(shock.candidates), standards=["FS.I.02"])
            case.conditions.insert(case.conditions.index(shock), sepsis)
        shock.follows = sepsis
        shock.standards.append("FS.I.02")


#: The year in which guidance placed sepsis above the infection that caused it; before and after, the main
#: condition treated decides.
_SEPSIS_FIRST = (dt.date(2017, 4, 1), dt.date(2018, 3, 31))


@standard(
    "FS.I.09", "I",
    "In episodes that ended from April 2017 to March 2018 sepsis stands before the infection that caused it; "
    "before and since, the main "
    "condition treated stands first.",
    on="2017-10-04",
    examples=(
        ("Diagnosis: pneumonia. Sepsis.", "A41.9 J18.9"),
        ("Diagnosis: pneumonia. PMH: hypertension", "J18.9 I10.X"),
    ),
)  # fmt: skip
def sepsis_first(case: Case, tables: Tables) -> None:
    end = case.episode.discharge_date
    if end is not None and _SEPSIS_FIRST[0] <= end <= _SEPSIS_FIRST[1]:
        for condition in case.having("A40", "A41"):
            condition.weight += 100
            condition.standards.append("FS.I.09")


@standard(
    "FS.I.03", "I",
    "An infection said to be hospital-acquired is followed by Y95.X.",
    examples=(
        ("Diagnosis: hospital acquired pneumonia", "J18.9 Y95.X"),
        ("Diagnosis: community acquired pneumonia", "J18.9"),
    ),
)  # fmt: skip
def hospital_acquired(case: Case, tables: Tables) -> None:
    for condition in list(case.conditions):
        if condition.codes[-1] == "Y95.X" and len(condition.codes) > 1:
            condition.codes.pop()
            twin = next((c for c in case.conditions if c is not condition and c.codes == condition.codes), None)
            if twin is not None:
                twin.candidates += condition.candidates
                case.conditions = [c for c in case.conditions if c is not condition]
                condition = twin
            if not any(c.code == "Y95.X" for c in case.conditions):
                case.conditions.append(Condition(["Y95.X"], list(condition.candidates), standards=["FS.I.03"], follows=condition))


_ULCERS = ("L89", "L97", "I83.0")
_INFECTED = frozenset("infected infection infective cellulitis osteomyelitis sepsis septic".split())


@standard(
    "FS.I.06", "I",
    "An organism grown from an ulcer of the skin is recorded only where the record says that the ulcer is infected.",
    examples=(
        ("Diagnosis: leg ulcer. Swab of the ulcer grew Staph aureus.", "L97.X"),
        ("Diagnosis: infected leg ulcer, Staph aureus grown", "L97.X B95.6"),
    ),
)  # fmt: skip
def organism_of_ulcer(case: Case, tables: Tables) -> None:
    for ulcer in [c for c in case.conditions if any(code.startswith(_ULCERS) for code in c.codes)]:
        organisms = [c for c in case.conditions if c.follows is ulcer and c.is_any("B95", "B96", "B97")]
        if not organisms:
            continue
        words = {
            w
            for c in ulcer.candidates
            for line in case.record.sentence(c)
            for w in case.record.tokens[line.statement.document].text[line.statement.first : line.statement.last]
        }
        if not words & _INFECTED:
            case.drop(organisms, "the ulcer is not said to be infected", "FS.I.06")


@standard(
    "FS.I.08", "I",
    "An infection whose place is named is coded to the place with the organism behind it; A49 is for an "
    "infection of no named place.",
    examples=(
        ("Diagnosis: MRSA infected leg ulcer", "L97.X B95.6 U82.1"),
        ("Diagnosis: E. coli bacteraemia", "A49.8"),
    ),
)  # fmt: skip
def place_of_infection(case: Case, tables: Tables) -> None:
    for bare in case.having("A49"):
        lines = {id(c.line) for c in bare.candidates}
        placed = [
            c
            for c in case.conditions
            if c is not bare and c.code in _TAKES_ORGANISM and any(id(x.line) in lines for x in c.candidates)
        ]
        if placed and all(any(x.line is c.line for p in placed for x in p.candidates) for c in bare.candidates):
            case.drop([bare], f"recorded with {placed[0].code}", "FS.I.08")


@standard(
    "FS.I.07", "I",
    "HIV without disease is Z21.X, with disease B20-B24; one excludes the other. What defines AIDS is coded to the "
    "disease that HIV resulted in (B20-B22), and B24 not beside it.",
    examples=(
        ("Diagnosis: pneumonia. PMH: HIV positive", "J18.9 Z21.X"),
        ("Diagnosis: Kaposi's sarcoma in HIV disease", "B21.0"),
        ("Diagnosis: pneumocystis pneumonia. HIV positive", "B20.6"),
        ("Diagnosis: HIV infection. Cryptococcal meningitis. Oesophageal candidiasis.", "B20.5 B45.1 G02.1 B20.4"),
        ("Diagnosis: inconclusive HIV test", "R75.X"),
    ),
)  # fmt: skip
def hiv(case: Case, tables: Tables) -> None:
    tabular.combine(case, tables, "FS.I.07")
    if case.having("B20", "B21", "B22", "B23"):
        case.drop(case.having("B24"), "the disease that HIV resulted in is recorded", "FS.I.07")
    if case.having("B20", "B21", "B22", "B23", "B24"):
        case.drop(case.having("Z21", "R75"), "HIV disease is recorded", "FS.I.07")


#: A virus that its own test did not find: "HCV RNA not detected", "hep C - RNA negative".
_VIRUS = frozenset(("rna", "pcr", "load", "viraemia", "viremia"))
_NOT_FOUND = frozenset(("negative", "neg", "undetectable", "undetected", "cleared", "nil"))


@standard(
    "FS.I.10", "I",
    "Antibodies to hepatitis C without its virus are no chronic hepatitis: where its RNA was not found, B18.2 is not recorded.",
    examples=(
        ("Diagnosis: cellulitis of leg. PMH: hepatitis C. HCV RNA not detected.", "L03.1"),
        ("Diagnosis: cellulitis of leg. PMH: hepatitis C, HCV RNA positive", "L03.1 B18.2"),
    ),
)  # fmt: skip
def virus_cleared(case: Case, tables: Tables) -> None:
    chronic = case.having("B17.1", "B18.2")
    if not chronic:
        return
    for line in case.record.lines:
        s = line.statement
        text = case.record.tokens[s.document].text[max(s.first - 8, 0) : s.last + 3]
        places = [i for i, word in enumerate(text) if word in _VIRUS]
        found = any(
            _NOT_FOUND.intersection(text[i : i + 4]) or ("not" in text[i : i + 4] and "detected" in text[i : i + 5])
            for i in places
        )
        if found and {"hcv", "hepatitis", "hep"}.intersection(text):
            case.drop(chronic, "its virus was not found", "FS.I.10")
            return
