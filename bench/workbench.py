"""How quickly the workbench's pages answer with many episodes in the database.

    python bench/workbench.py [--episodes 100000]

A seeded database of its own (SQLite in a temporary folder, or DATABASE_URL), filled with episodes and their codes, without the
engine. Each page is asked for ten times by a signed-in client in the same process. Shown are the median and the slowest in
milliseconds, and the median of processor time, which does not count what else the machine does (nor a PostgreSQL server).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import sys
import tempfile
import time

_SPECIALTIES = ("General medicine", "Trauma and orthopaedics", "Cardiology", "Urology", "Gynaecology", "Paediatrics", "ENT")
_CODES = ("J18.9", "I10.X", "E11.9", "N39.0", "I48.9", "J44.0", "Z92.1", "Z86.7", "F03.X", "W19.0")


def fill(count: int) -> None:
    """Put episodes, documents and codes in."""
    from fourstep.workbench.coding.models import Book, CodeLine, Standing
    from fourstep.workbench.demo import illustrative_calendar
    from fourstep.workbench.episodes.actions import replace_calendar
    from fourstep.workbench.episodes.handles import keep_handles
    from fourstep.workbench.episodes.models import Document, Episode, State
    from fourstep.workbench.people.actions import open_account
    from fourstep.workbench.people.models import Person
    from fourstep.workbench.people.privileges import Role

    rng, today = random.Random(1), dt.date.today()
    for role in Role:
        open_account(None, role.value, role, "a long fictional phrase")
    coders = [Person.objects.get(username=name) for name in ("coder", "senior", "trainee")]
    replace_calendar(None, illustrative_calendar(today))
    states = [State.CODED] * 6 + [State.EXPORTED] * 8 + [State.PROPOSED] * 4 + [State.IN_PROGRESS, State.AWAITING_QUERY]
    for start in range(0, count, 5000):
        rows = Episode.objects.bulk_create(
            Episode(
                key=f"B{n}", state=rng.choice(states), specialty=rng.choice(_SPECIALTIES), consultant=f"C{rng.randrange(60)}",
                discharge_date=today - dt.timedelta(days=rng.randrange(400)), lowest_confidence=rng.random(),
                touchless=rng.random() < 0.2, assigned_to=rng.choice([None, *coders]), sex=rng.choice(("female", "male")),
                age_years=rng.randrange(100),
                administrative={"nhs_number": f"999{n:07}", "local_patient_id": f"H{n:07}"},
            )
            for n in range(start, min(start + 5000, count))
        )  # fmt: skip
        keep_handles(rows)
        Document.objects.bulk_create(
            Document(episode=row, position=0, name="a.txt", text="Diagnosis: community acquired pneumonia", digest="")
            for row in rows
        )
        CodeLine.objects.bulk_create(
            CodeLine(episode=row, book=Book.ICD10, position=i, code=code, title=code, standing=Standing.ACCEPTED)
            for row in rows
            for i, code in enumerate(rng.sample(_CODES, 4))
        )


def measure() -> list[tuple[str, str, float, float, float]]:
    """Role, page, then milliseconds: median, slowest, median of processor time."""
    from django.test import Client

    from fourstep.workbench.episodes.models import Episode
    from fourstep.workbench.people.models import Person

    one = Episode.objects.order_by("id")[0].id
    pages = [
        ("leader", "/worklist/"), ("leader", "/worklist/?page=200"), ("leader", "/worklist/?state="),
        ("coder", "/worklist/?coder=me&state=open"), ("coder", "/worklist/?specialty=Urology&due=7&order=newest"),
        ("coder", "/worklist/?find=B99998"), ("coder", "/worklist/?find=9998&state="), ("coder", "/worklist/?find=999+009+9998"),
        ("coder", "/worklist/?find=999&state="), ("coder", "/worklist/?confidence=touchless&order=confidence"),
        ("coder", f"/episodes/{one}/"), ("coder", "/queries/"), ("coder", "/arrivals/"), ("administrator", "/log/"),
        ("manager", "/dashboards/"),
    ]  # fmt: skip
    out = []
    for account, page in pages:
        client = Client()
        client.force_login(Person.objects.get(username=account))
        times, used = [], []
        for _ in range(11):
            begun, before = time.perf_counter(), time.process_time()
            status = client.get(page).status_code
            times.append(1000 * (time.perf_counter() - begun))
            used.append(1000 * (time.process_time() - before))
        if status == 200:
            out.append((account, page, statistics.median(times[1:]), max(times[1:]), statistics.median(used[1:])))
        else:
            print(f"{page}: {status}", file=sys.stderr)
    return out


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=100_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fourstep-bench-") as folder:
        os.environ["FOURSTEP_HOME"] = folder
        os.environ["FOURSTEP_HOSTS"] = "testserver"
        os.environ["DJANGO_SETTINGS_MODULE"] = "fourstep.workbench.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from rich.console import Console
        from rich.table import Table

        call_command("migrate", verbosity=0)
        fill(chosen.episodes)
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        title = f"{chosen.episodes:,} episodes, {connection.vendor}"
        table = Table("role", "page", "median, ms", "slowest, ms", "processor, ms", title=title)
        for account, page, *figures in measure():
            table.add_row(account, page, *(f"{figure:.0f}" for figure in figures))
        Console(highlight=False).print(table)


if __name__ == "__main__":
    main()
