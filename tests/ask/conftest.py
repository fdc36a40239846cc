"""Short invented records and the questions that they lead to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from asker import Asker

from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Query, Sex


@pytest.fixture(scope="session")
def asked(coder: Coder) -> Asker:
    """asked(discharge_summary="...", operation_note="...", age=60): the questions of that record."""

    def ask(age: int = 60, age_days: int | None = None, **texts: Any) -> list[Query]:
        method = texts.pop("method", "emergency")
        documents = tuple(
            Document(f"{kind}.txt", text, kind, dt.date(2025, 3, 10)) for kind, text in texts.items()
        )
        episode = Episode(
            "invented",
            documents,
            age_years=None if age_days is not None else age,
            age_days=age_days,
            sex=Sex.FEMALE,
            admission_method=method,
            admission_date=dt.date(2025, 3, 1),
            discharge_date=dt.date(2025, 3, 10),
        )
        return coder.code(episode).queries

    return ask
