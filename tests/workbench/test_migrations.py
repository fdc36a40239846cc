"""Migrations run to the end, back to the start, and forward again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

OURS = ("people", "trust", "episodes", "coding")


def test_the_models_and_the_migrations_agree(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_migrations_run_back_and_forward() -> None:
    loader = MigrationExecutor(connection).loader
    ours = sorted({app for app, _ in loader.graph.leaf_nodes() if app in _our_apps()})
    assert set(OURS) <= set(ours)
    for app in ours:
        call_command("migrate", app, "zero", verbosity=0)
    tables = connection.introspection.table_names()
    assert not [t for t in tables if t.split("_")[0] in ours]
    call_command("migrate", verbosity=0)
    assert "trust_logentry" in connection.introspection.table_names()


def _our_apps() -> set[str]:
    from django.apps import apps

    return {a.label for a in apps.get_app_configs() if a.name.startswith("fourstep.")}
