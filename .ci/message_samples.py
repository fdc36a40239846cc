"""Every sample message of the reference material has the outcome that is expected of it: four kinds, each with its words.

    python .ci/message_samples.py FOLDER

`coded`: an admission that gets a primary diagnosis, every quote standing in `fourstep read`; `read`: it holds nothing to
code; `no admission`: read, and why it is none; `refused`: why it cannot be read. A sample without a line here, or a line
without its sample, fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read import read_episodes, read_text

EXPECTED = {
    "ITK-EC-Document-Bundle-1-Example-1.xml": ("no admission", "emergency care only"),
    "ITK-EDIS-Example-1.xml": ("coded", ""),
    "ITK-MH-Document-Bundle-Example-1.xml": ("no admission", "mental health"),
    "ITK-OPL-Document-Bundle-1-Example-4.xml": ("no admission", "outpatient letter"),
    "UH_Bristol_Electronic_Discharge_Summary_Sample.pdf": ("coded", ""),
    "UKCore-Composition-Discharge-Example.xml": ("no admission", "without its encounter"),
    "eDischarge.html": ("read", "no diagnosis"),  # a form that a script fills in: labels without values
    "edischarge_full_payload_example-01-mod.xml": ("coded", ""),
    "edischarge_full_payload_example-01.xml": ("coded", ""),
    "nwgmsa_ManchesterFoundationTrust_OML_O21_PDF.txt": ("no admission", "an order (OML^O21)"),
    "nwgmsa_ManchesterFoundationTrust_ORU_R01_PDF.txt": ("refused", "no whole base64"),
    "vh_FHIRDocument-DischargeReport.json": ("no admission", "letter"),
}


def outcome(path: Path, coder: Coder) -> tuple[str, str]:
    """What becomes of one sample, and the reason that is given."""
    (item,) = read_episodes(path)
    if isinstance(item, ReadError):
        return "refused", str(item)
    if not item.admission:
        return "no admission", item.note
    wrong = unproved(item, path, coder)
    return ("read" if wrong == "no diagnosis" else "coded"), wrong


def unproved(episode: Episode, path: Path, coder: Coder) -> str:
    """What is wrong with the coding of an admission; empty where nothing is."""
    coded = coder.code(episode)
    text = read_text(path)
    quotes = [q for code in coded.diagnoses + coded.procedures for q in code.evidence]
    wrong = [q for q in quotes if not q.path and text[q.start : q.end] != q.text]
    return "no diagnosis" if not coded.diagnoses else f"{len(wrong)} quotes do not stand in it" if wrong else ""


def main(folder: Path) -> int:
    coder = Coder()
    wrong = [f"{name}: not there" for name in EXPECTED if not (folder / name).is_file()]
    for path in sorted(folder.iterdir()):
        kind, words = outcome(path, coder)
        expected, said = EXPECTED.get(path.name, ("a line in this table", ""))
        print(f"{path.name}: {kind}{', ' + words if words else ''}")
        if kind != expected or said not in words or (kind == "coded" and words):
            wrong.append(f"{path.name}: {expected} expected{', ' + said if said else ''}")
    print("\n".join(wrong) or f"messages: all {len(EXPECTED)} samples as expected")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
