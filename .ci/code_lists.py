"""Check every code that the project's own files use against the published code lists: `code_lists.py FOLDER`.

The folder holds icd10_uk_codes.tsv and opcs4_codes.tsv: first column the code, third its status.
Retired codes do not count.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fourstep.engine import build_engine
from fourstep.knowledge import LABELS
from fourstep.locate.index import walk

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


def listed(path: Path, status: str) -> set[str]:
    """First column of the rows of a tab-separated list whose status (third column) begins so."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return {row[0] for row in rows if row[2].startswith(status)}


def used() -> set[tuple[str, str, str]]:
    """Every code in use: book, code, place."""
    out: set[tuple[str, str, str]] = set()
    for entry in walk(build_engine().index.roots):
        if entry.layer:
            book = "opcs4" if entry.kind == "procedure" else "icd10"
            out |= {(book, code, entry.place) for code in entry.codes if code not in ("-", "?")}
    for path in sorted(LABELS.glob("opcs4_*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.lstrip().startswith(";"):
                out.add(("opcs4", line.split("\t", 1)[0].strip(), f"{path}:{number}"))
    for path in sorted(EXAMPLES.glob("*/gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        for key, book in (("diagnoses", "icd10"), ("procedures", "opcs4")):
            out |= {(book, code, str(path)) for item in gold[key] for code in (item["code"], *item["alt"])}
    return out


def main(folder: Path) -> int:
    """Print every code that its list does not have; 1 when there is one."""
    icd10 = listed(folder / "icd10_uk_codes.tsv", "uk5")
    opcs4 = listed(folder / "opcs4_codes.tsv", "code")
    bare = {code.replace(".", "")[:4] for code in icd10}

    def known(book: str, code: str) -> bool:
        if book == "opcs4":
            return code in opcs4
        plain = code.removesuffix(".-").replace(".X", "")
        return plain in icd10 or plain.replace(".", "")[:4] in bare

    codes = used()
    missing = sorted(
        f"{place}: {book} code {code} is not in the list"
        for book, code, place in codes
        if not known(book, code)
    )
    for line in missing:
        print(line)
    print(f"{len({c for _, c, _ in codes})} codes checked, {len(missing)} not in the lists")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
