"""Step 4, verify: the standards in their order, then the primary diagnosis, fifth characters and sequence."""

from __future__ import annotations

from collections.abc import Sequence

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.characters import Scheme, complete, due
from fourstep.assign.tables import Tables
from fourstep.verify.primary import choose_primary, weigh_conditions
from fourstep.verify.procedure_order import main_procedure
from fourstep.verify.registry import standard
from fourstep.verify.research import count_kinds
from fourstep.verify.sequence import sequence_diagnoses
from fourstep.verify.standards import (
    adverse,
    birth,
    circulatory,
    complications,
    congenital,
    contact,
    digestive,
    discretion,
    endocrine,
    found,
    general,
    genitourinary,
    histology,
    infection,
    injury,
    mental,
    musculoskeletal,
    neoplasm,
    newborn,
    poisoning,
    procedures,
    procedures_care,
    procedures_endoscopy,
    procedures_families,
    procedures_methods,
    procedures_sides,
    procedures_sites,
    respiratory,
    senses,
    sequelae,
    status,
    symptoms,
)

#: The order matters: what is there, then what it combines to, then what is added, then what it makes superfluous.
ORDER = (
    general.ruled_out_later,
    general.denied_by_name,
    found.found_by_operator,
    found.place_of_ulcer,
    infection.virus_cleared,
    infection.hospital_acquired,
    infection.sepsis_not_confirmed,
    mental.smoking,
    contact.covid,
    circulatory.four_weeks,
    musculoskeletal.old_derangement,
    sequelae.sequelae,
    general.linked,
    endocrine.complications_of_diabetes,
    endocrine.diabetes_type,
    endocrine.diabetes_in_pregnancy,
    general.most_specific,
    general.one_code,
    mental.dementia,
    mental.delirium,
    digestive.pressure_ulcers,
    digestive.haemorrhoids,
    digestive.hernia_found,
    circulatory.heart_failure,
    injury.burns,
    general.reports_sharpen,
    general.combinations,
    mental.affective,
    mental.alcohol,
    mental.seizures,
    circulatory.valves,
    circulatory.kind_of_stroke,
    circulatory.arteries,
    respiratory.obstructive,
    respiratory.pneumonia,
    respiratory.severe_asthma,
    senses.sickle_cells,
    senses.anaemia_of_blood_loss,
    senses.cataract,
    senses.deafness,
    mental.substances,
    circulatory.complications_of_infarct,
    digestive.gallstones,
    digestive.gastroduodenitis,
    digestive.varices,
    musculoskeletal.arthrosis,
    musculoskeletal.discs,
    genitourinary.kidney_failure,
    genitourinary.stones,
    genitourinary.prostate,
    newborn.of_prematurity,
    congenital.malformations,
    histology.polyp_by_histology,
    histology.histology_decides,
    neoplasm.anaemia_of_neoplasm,
    neoplasm.fracture_in_neoplasm,
    neoplasm.unknown_primary,
    neoplasm.part_of_organ,
    neoplasm.no_secondaries_of_blood,
    neoplasm.cancer_still_treated,
    neoplasm.cancer_treated,
    general.partners,
    circulatory.hypertension,
    circulatory.pulmonary_oedema,
    circulatory.resuscitated,
    complications.haematoma_after_procedure,
    injury.traumatic_bleeding,
    poisoning.poisoning,
    poisoning.alcohol_with_drugs,
    injury.several_injuries,
    injury.external_cause,
    poisoning.cut_as_well,
    injury.head_injury_first,
    complications.complication_of_care,
    complications.postprocedural,
    adverse.adverse_effect,
    adverse.drug_not_named,
    complications.infected_wound,
    infection.place_of_infection,
    infection.septic_shock,
    infection.sepsis_of_organism,
    infection.organisms,
    infection.organism_of_ulcer,
    infection.hiv,
    birth.section_of_this_stay,
    birth.early_endings,
    birth.false_labour,
    birth.postpartum_bleeding,
    birth.normal_delivery,
    birth.outcome_of_delivery,
    birth.outcome_of_many,
    birth.pregnancy_first,
    birth.born_here,
    newborn.birth_weight_and_gestation,
    newborn.maternal_factors,
    newborn.of_diabetic_mother,
    general.integral,
    contact.failed_device,
    general.symptoms,
    symptoms.nothing_known,
    symptoms.falls,
    contact.palliative,
    contact.not_carried_out,
    contact.awaiting_place,
    status.status_of_this_episode,
    status.heparin_for_a_clot,
    status.dialysed_for_a_while,
    status.stent_of_the_heart,
    discretion.discretionary,
    neoplasm.follow_up_of_cancer,
    contact.screened_for_family,
    contact.found_by_screening,
    contact.observed,
    general.not_used,
    discretion.discretionary_procedures,
    procedures_sides.not_done_by_the_note,
    procedures_families.joined,
    procedures_families.included,
    procedures_care.births,
    procedures_care.course_of_ect,
    procedures_care.several_teeth,
    procedures_families.one_operation,
    procedures_endoscopy.failed_intubation,
    procedures.abandoned,
    procedures.converted,
    procedures_methods.methods,
    procedures_sites.sites_and_sides,
    procedures_sites.skin_of_head,
    injury.bone_of_the_operation,
    procedures_sides.two_kinds,
    procedures_sides.both_in_one,
    procedures_sides.remaining_one,
    procedures_families.included_on_its_side,
    procedures_families.same_place,
    procedures.image_control,
    procedures_endoscopy.biopsies_beside,
    procedures.access_route,
    general.no_code_twice,
)


#: Rules that judge relevance: the research mode that codes every condition goes without them.
RELEVANCE = (
    general.ruled_out_later, general.denied_by_name, general.reports_sharpen, general.integral, general.symptoms,
    discretion.discretionary, discretion.discretionary_procedures, mental.smoking, mental.seizures,
)  # fmt: skip


@standard(
    "FS.GEN.15", "general",
    "Codes take the characters that the national edition asks for: site in chapter XIII, closed or open "
    "fracture, open wound into a "
    "cavity, gangrene in I70, type in J96; not stated, a fracture is closed and a site unspecified.",
    examples=(
        ("Diagnosis: gout of the right big toe", "M10.97"),
        ("Diagnosis: acute type 2 respiratory failure", "J96.01"),
        ("Diagnosis: atherosclerosis of leg with gangrene", "I70.21"),
        ("Diagnosis: open fracture of the tibial shaft, pedestrian hit by car", "S82.21 V03.1"),
    ),
)  # fmt: skip
def fifth_characters(case: Case, schemes: dict[str, Scheme]) -> None:
    """Complete every code from the words behind it."""
    for condition in case.conditions:
        if not any(due(code, case.icd10) for code in condition.codes):
            continue
        own = [w for c in condition.candidates for w in _of_disease(c.line.words.text)]
        sentence = [w for c in condition.candidates for line in case.record.sentence(c) for w in _of_disease(line.unexplained())]
        # the operation note says which horn of the meniscus that the summary only names
        horn = _horn(case) if condition.code.startswith("M23") else []
        condition.codes = [complete(code, case.icd10, schemes, horn, own, sentence) for code in condition.codes]


def _of_disease(words: Sequence[str]) -> list[str]:
    """The words of a line without the one of an open reduction, which is no open fracture."""
    return [w for w, behind in zip(words, (*words[1:], ""), strict=False) if (w, behind) != ("open", "reduction")]


def _horn(case: Case) -> list[str]:
    """The words of the sentences that name the horn of a meniscus."""
    return [
        w for line in case.record.naming(("horn",)) if line.statement.whether <= Whether.LIKELY
        for other in case.record.by_sentence[line.statement.document, line.statement.sentence]
        if "cruciate" not in other.words.text for w in other.words.text
    ]  # fmt: skip


def verify(case: Case, tables: Tables, schemes: dict[str, Scheme]) -> Condition | None:
    """Apply every standard to the case; return the primary diagnosis (None where nothing can stand first)."""
    for rule in ORDER:
        if not (case.every_condition and rule in RELEVANCE):
            rule(case, tables)
    if case.every_condition:
        count_kinds(case, tables)
    fifth_characters(case, schemes)
    general.no_code_twice(case, tables)
    weigh_conditions(case, tables)
    neoplasm.several_primaries(case, tables)
    infection.sepsis_first(case, tables)
    primary = choose_primary(case, tables)
    case.conditions = sequence_diagnoses(case.conditions, primary, tables)
    main_procedure(case, tables)
    procedures.side_once(case, tables)
    return primary
