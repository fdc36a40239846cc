"""The access log only grows, and shows when it was touched."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from fourstep.workbench.trust.actions import record, verify
from fourstep.workbench.trust.models import ChainHead, LogEntry

pytestmark = pytest.mark.django_db


def test_entries_follow_one_another() -> None:
    first, second = record(None, "viewed", "episode 1"), record(None, "changed", "episode 1", code="I21.4")
    assert second.previous == first.hash
    assert (verify().entries, verify().broken_at) == (2, None)


@pytest.mark.parametrize("act", ["update trust_logentry set subject = 'episode 2'", "delete from trust_logentry"])
def test_the_database_refuses_to_change_or_delete_an_entry(act: str) -> None:
    record(None, "viewed", "episode 1")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
    assert verify().broken_at is None


def test_an_entry_put_in_past_the_triggers_is_found() -> None:
    record(None, "viewed", "episode 1")
    forged = LogEntry.objects.get()
    forged.pk, forged.hash = None, "f" * 64
    forged.save(force_insert=True)
    assert verify().broken_at == forged.pk


def test_an_end_cut_off_is_found() -> None:
    record(None, "viewed", "episode 1")
    ChainHead.objects.update(entries=2, hash="f" * 64)
    assert "cut off" in verify().what
