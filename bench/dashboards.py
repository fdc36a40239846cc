"""How fast the dashboards answer at 100,000 finished codings, and what counting them costs.

    python bench/dashboards.py                      in a SQLite database of its own, which is thrown away
    python bench/dashboards.py --episodes 10000
    sh scripts/with-postgresql python bench/dashboards.py

Episodes are generated from a seed: 24 months, 20 specialties with 10 consultants each, 30 coders, 4 diagnoses and one
procedure on average. Every page is asked for five times; the best is shown, as wall-clock and as processor time of this
process. On a machine that has other work the processor time is what can be compared (PostgreSQL's own is not in it).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import tempfile
import time
from random import Random

PAGES = (
    "/dashboards/", "/dashboards/?specialty=Specialty+7", "/dashboards/measures/depth/?by=consultant",
    "/dashboards/measures/accepted/?by=specialty", "/dashboards/commonest/diagnoses/",
    "/dashboards/commonest/diagnoses/?by=consultant&specialty=Specialty+7", "/dashboards/coders/",
)  # fmt: skip
_BATCH = 5000


def fill(number: int, seed: int) -> None:
    """Generate the episodes with their codes."""
    from django.utils import timezone

    from fourstep.books import books_on
    from fourstep.workbench.coding.models import CodeLine, Standing
    from fourstep.workbench.demo import illustrative_calendar
    from fourstep.workbench.episodes.actions import replace_calendar
    from fourstep.workbench.episodes.models import Episode, State
    from fourstep.workbench.people.models import Person

    rng = Random(seed)
    icd10, opcs4, _ = books_on(None)
    diagnoses, procedures = rng.sample(list(icd10.codes()), 1500), rng.sample(list(opcs4.codes()), 600)
    coders = [Person.objects.create(username=f"coder{n}", role="coder") for n in range(30)]
    today = timezone.localdate()
    replace_calendar(None, illustrative_calendar(today))
    standings = [Standing.ACCEPTED] * 8 + [Standing.CHANGED, Standing.REMOVED]
    for start in range(0, number, _BATCH):
        rows = []
        for n in range(start, min(start + _BATCH, number)):
            left, specialty = today - dt.timedelta(days=rng.randrange(730)), rng.randrange(20)
            done = timezone.now() - dt.timedelta(days=(today - left).days - rng.randrange(40))
            state = State.CODED if rng.random() < 0.9 else State.PROPOSED
            rows.append(
                Episode(
                    key=f"b{n}", state=state, discharge_date=left, admission_date=left - dt.timedelta(days=rng.randrange(9)),
                    age_years=rng.randrange(100), admission_method=rng.choice(["emergency", "elective"]),
                    patient_class="ordinary", specialty=f"Specialty {specialty}",
                    consultant=f"C{specialty}-{rng.randrange(10)}", coded_by=rng.choice(coders), coded_at=done,
                    touchless=rng.random() < 0.3, administrative={"local_patient_id": f"p{rng.randrange(number // 2)}"},
                )
            )  # fmt: skip
        Episode.objects.bulk_create(rows, batch_size=500)
        lines = []
        for row in rows:
            for book, codes, most in (("icd10", diagnoses, 7), ("opcs4", procedures, 2)):
                for place in range(rng.randrange(1 if book == "icd10" else 0, most + 1)):
                    code = codes[int(len(codes) * rng.random() ** 3)]
                    standing = rng.choice(standings)
                    lines.append(
                        CodeLine(episode=row, book=book, position=place, code=code, standing=standing, proposed_code=code)
                    )
        CodeLine.objects.bulk_create(lines, batch_size=1000)


def spent() -> float:
    """Processor time of this process in seconds, user mode."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def main() -> None:
    """Fill, count, ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fourstep-bench-") as folder:
        os.environ |= {"FOURSTEP_HOME": folder, "DJANGO_SETTINGS_MODULE": "fourstep.workbench.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.test import Client

        from fourstep.workbench.dashboards.actions import refresh
        from fourstep.workbench.dashboards.models import Cell
        from fourstep.workbench.people.models import Person

        call_command("migrate", verbosity=0)
        fill(asked.episodes, asked.seed)
        before = spent()
        done = refresh(None)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"counting {done.episodes:,} codings: {done.seconds:.1f} s, {spent() - before:.1f} s of processor time")
        print(f"{Cell.objects.count():,} cells; peak {memory} MB")
        client = Client(headers={"host": "localhost"})
        client.force_login(Person.objects.create(username="manager", role="manager"), "django.contrib.auth.backends.ModelBackend")
        for page in PAGES:
            times = []
            for _ in range(5):
                begun, processor = time.perf_counter(), spent()
                status = client.get(page).status_code
                times.append((time.perf_counter() - begun, spent() - processor))
                if status != 200:
                    raise SystemExit(f"{page}: {status}")
            wall, processor = min(t[0] for t in times), min(t[1] for t in times)
            print(f"{1000 * wall:6.0f} ms, {1000 * processor:6.0f} ms of processor time: {page}")


if __name__ == "__main__":
    main()
