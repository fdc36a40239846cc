"""Where the knowledge files are, and the parts of them that several rooms load."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
INDEX = FOLDER / "index"
TERMS = FOLDER / "terms"
SITES = FOLDER / "sites"
LABELS = FOLDER / "labels"
SECTIONS = FOLDER / "sections"
STANDARDS = FOLDER / "standards"
EXCHANGE = FOLDER / "exchange"
