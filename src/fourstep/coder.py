"""The four steps in order: analyse, locate, assign, verify; then ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from fourstep.analyse import analyse_document
from fourstep.analyse.statements import Statement
from fourstep.analyse.titles import by_title
from fourstep.analyse.words import tokenise
from fourstep.ask.queries import ask
from fourstep.assign.case import Case, Condition
from fourstep.assign.gather import gather
from fourstep.assign.interventions import gather_interventions
from fourstep.assign.local import Local, load_local
from fourstep.assign.unread import leave_unread
from fourstep.books import books_on
from fourstep.collector import collector_resting
from fourstep.engine import Engine, load_engine
from fourstep.episode import CodedEpisode, Episode
from fourstep.locate.entries import entry_candidates
from fourstep.locate.guards import guards_of
from fourstep.locate.locator import Locator
from fourstep.terminology.checks import exclusion_notes, snomed_notes
from fourstep.terminology.compiled import mapped
from fourstep.verify import verify
from fourstep.verify.record import coded, explained


class Coder:
    """Codes episodes. One instance serves any number of them; it keeps nothing of an episode.

    `policy` overrides lines of the policy table (knowledge/standards/policy.txt). `every_condition` is a mode for research:
    every asserted condition is coded, symptoms, findings, the past, the likely and the suspected too, with its kind, and nothing
    is left to relevance (docs/archive.md). `local`
    is what the site's coders have taught (`fourstep learn`): by default what is kept in the data directory; None codes without.
    """

    def __init__(
        self,
        engine: Engine | None = None,
        policy: dict[str, str] | None = None,
        *,
        every_condition: bool = False,
        local: Local | Literal["site"] | None = "site",
    ) -> None:
        self.engine = engine or load_engine()
        self.locator = Locator(self.engine.index, self.engine.lexicon, every_condition)
        self.every_condition = every_condition
        self.policy = self.engine.tables.policy | (policy or {})
        self.local = load_local() if local == "site" else local

    def code(self, episode: Episode) -> CodedEpisode:
        """What a clinical coder would hand in for the episode: codes in order, evidence, what was left out, queries."""
        with collector_resting():
            return self._code(episode)

    def explain(self, episode: Episode) -> dict[str, list[tuple[str, set[str]]]]:
        """For each code given, "diagnoses" and "procedures" in order, the features that its confidence rests on."""
        case, primary = self._verified(episode)
        return explained(case, self.engine.tables, ask(case, self.engine.tables, primary))

    def _code(self, episode: Episode) -> CodedEpisode:
        case, primary = self._verified(episode)
        tables = self.engine.tables
        record = coded(case, tables, ask(case, tables, primary), self.local)
        codes = [c.code for c in record.diagnoses]
        record.validation += exclusion_notes(self.engine.exclusions, codes) if self.engine.exclusions else ()
        record.validation += snomed_notes(episode, [*codes, *(c.code for c in record.procedures)])
        return record

    def _verified(self, episode: Episode) -> tuple[Case, Condition | None]:
        """Steps 1 to 4: the verified case and its primary diagnosis."""
        engine, tables = self.engine, self.engine.tables
        episode = replace(episode, documents=tuple(map(by_title, episode.documents)))
        tokens = [tokenise(d.text) for d in episode.documents]
        statements: list[Statement] = []
        for i, document in enumerate(episode.documents):
            statements += analyse_document(document, i, tokens[i])
        kinds = tuple(replace(d, type=tables.document_kind(d.type)) for d in episode.documents)
        episode = replace(episode, documents=kinds)
        record = self.locator.record(episode, tokens, statements)
        guards = guards_of(episode, self.every_condition)
        for i, document in enumerate(episode.documents):
            record.candidates += entry_candidates(
                document, i, engine.index, engine.lexicon, guards, len(record.candidates), mapped
            )
        icd10, opcs4, messages = books_on(episode.discharge_date)
        case = Case(
            episode, record, icd10, opcs4, self.policy, engine.agents, engine.places, engine.slots,
            validation=list(messages), guards=guards, every_condition=self.every_condition,
        )  # fmt: skip
        gather(case, tables)
        gather_interventions(case, tables)
        leave_unread(case)
        return case, verify(case, tables, engine.schemes)
