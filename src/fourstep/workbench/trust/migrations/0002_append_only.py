"""The database itself refuses to change or delete an entry of the log."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SQLITE = [
    f"CREATE TRIGGER log_no_{verb} BEFORE {verb.upper()} ON trust_logentry BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    "CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$",
    "CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE ON trust_logentry FOR EACH ROW EXECUTE FUNCTION log_only_grows()",
    "CREATE TRIGGER log_not_emptied BEFORE TRUNCATE ON trust_logentry FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows()",
]
_BACK = {
    "sqlite": ["DROP TRIGGER log_no_update", "DROP TRIGGER log_no_delete"],
    "postgresql": [
        "DROP TRIGGER log_only_grows ON trust_logentry", "DROP TRIGGER log_not_emptied ON trust_logentry",
        "DROP FUNCTION log_only_grows()",
    ],
}  # fmt: skip


def put(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def take_away(apps: Any, schema_editor: Any) -> None:
    for statement in _BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial")]
    operations = [migrations.RunPython(put, take_away)]
