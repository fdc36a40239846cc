"""The table of drugs and chemicals: names -> poisoning, intent and adverse-effect codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fourstep.analyse.words import Lexicon
from fourstep.assign.tables import facts
from fourstep.errors import KnowledgeError


@dataclass(frozen=True, slots=True)
class Agent:
    """One row: T code of the poisoning, external causes by intent (".-" where the place completes them), adverse effect."""

    name: str
    poisoning: str
    accidental: str
    self_harm: str
    undetermined: str
    adverse: str


class Agents:
    """All agents by their canonical words."""

    def __init__(self, rows: list[Agent], lexicon: Lexicon) -> None:
        self._by_word: dict[str, list[tuple[tuple[str, ...], Agent]]] = {}
        for row in rows:
            words = lexicon.phrase(row.name)
            if words:
                self._by_word.setdefault(words[0], []).append((words, row))
        for found in self._by_word.values():
            found.sort(key=lambda item: -len(item[0]))

    def rows(self) -> list[Agent]:
        """Every agent of the table."""
        return [agent for found in self._by_word.values() for _, agent in found]

    def within(self, words: list[str]) -> list[tuple[int, Agent]]:
        """(position, agent) of every agent named in the words, each agent's longest name, in order."""
        out: list[tuple[int, Agent]] = []
        i = 0
        while i < len(words):
            hit = next((item for item in self._by_word.get(words[i], ()) if tuple(words[i : i + len(item[0])]) == item[0]), None)
            if hit is not None:
                out.append((i, hit[1]))
                i += len(hit[0])
            else:
                i += 1
        return out


def load_agents(path: Path, lexicon: Lexicon) -> Agents:
    """The agents of drugs.tsv; raises KnowledgeError naming file and line."""
    rows: list[Agent] = []
    for place, fact in facts(path) if path.exists() else ():
        cells = [c.strip() for c in fact.split("\t")]
        if len(cells) != 6:
            raise KnowledgeError("expected name and five codes, tab-separated", place)
        rows.append(Agent(*cells))
    return Agents(rows, lexicon)
