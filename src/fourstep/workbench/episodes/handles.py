"""Finding an episode by an identifier: its own, the hospital number, the NHS number, or their first or last characters.

Every identifier is kept as its letters and digits from each of its parts on (`RX1-2026-00417` from the front, from `2026`,
from `00417`), and once read backwards. Both the beginning and the end of an identifier are then the beginning of a word in
an index, which every database finds at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connections
from django.db.models import Q

from fourstep.workbench.episodes.models import Episode, Handle

#: Fields of the administration that are of the patient: who may not read records finds nothing by them.
OF_THE_PATIENT = ("nhs_number", "local_patient_id")
_OF_THE_STAY = ("spell_id",)
#: With fewer characters only a whole identifier, or a whole part at its end, is found.
LEAST = 3
#: An identifier of more parts is found from these on.
_MOST_PARTS = 8
_LONGEST = 255
#: What more episodes share is no search for an episode, and would not be answered at once.
MOST = 5_000


def _parts(identifier: str) -> list[str]:
    return re.findall(r"[^\W_]+", identifier.casefold())


def ways(key: str, administrative: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every way to find an episode, as fields of its handles."""
    told = [(key, False), *((administrative.get(name), False) for name in _OF_THE_STAY)]
    told += [(administrative.get(name), True) for name in OF_THE_PATIENT]
    for identifier, personal in told:
        parts = _parts(str(identifier or ""))
        for word in sorted({"".join(parts[i:]) for i in range(min(len(parts), _MOST_PARTS))}):
            yield {"word": word[:_LONGEST], "backward": False, "personal": personal}
        if parts:
            yield {"word": "".join(parts)[::-1][:_LONGEST], "backward": True, "personal": personal}


def keep_handles(rows: Iterable[Episode]) -> None:
    """Let episodes be found by the identifiers that they now have."""
    rows = list(rows)
    Handle.objects.filter(episode__in=rows).delete()
    fresh = [Handle(episode=row, **way) for row in rows for way in ways(row.key, row.administrative)]
    Handle.objects.bulk_create(fresh, batch_size=1000)


def found_by(words: str, *, personal: bool) -> set[int] | None:
    """The episodes one of whose identifiers begins or ends with what was typed or pasted, spaces and dashes as they like.

    None where they are more than MOST.
    """
    word = "".join(_parts(words))
    if len(word) < LEAST:
        wanted = Q(word=word, backward=False)
    else:
        wanted = _begins(word, backward=False) | _begins(word[::-1], backward=True)
    found = Handle.objects.filter(wanted) if personal else Handle.objects.filter(wanted, personal=False)
    ids = list(found.values_list("episode_id", flat=True)[: MOST + 1])
    return set(ids) if len(ids) <= MOST else None


def _begins(word: str, *, backward: bool) -> Q:
    """Words that begin so. SQLite goes through its index for a range, PostgreSQL for a pattern."""
    if connections[Handle.objects.db].vendor == "sqlite":
        return Q(word__gte=word, word__lt=word + "\U0010ffff", backward=backward)
    return Q(word__startswith=word, backward=backward)
