"""PostgreSQL's own limit: the product's statements for one run, driven by pgbench, 8 commits a workflow.

As a program it prints pgbench's script.
"""

from __future__ import annotations

import re
import subprocess

import django

from adminsite.embedded import binaries
from tests.crash.stand import Stand

STEPS = 6
PLAN = '[{"name": "trace", "title": "Trace", "argument": "0"}]'
START = f"""
WITH made AS (INSERT INTO operations_operation
 (id, created_at, updated_at, workflow, version, status, resource_type, resource_id, resource_label, request_id, plan,
  input, output, step, attempt, waiting_for, token, wake_at)
 VALUES (:id, now(), now(), 'limit', 1, 'NotStarted', 'limit', :id, '', '', '{PLAN}', '{{}}', '{{}}', 0, 0, '', 0,
  now() + interval '10 s') RETURNING id)
INSERT INTO operations_operationevent (operation_id, at, kind, code, message)
SELECT id, now(), 'started', '', '' FROM made
"""  # noqa: S608 - a constant
VALUES = {
    "id": ":id",
    "owner": "1",
    "lease": "interval '60 s'",
    "known": "ARRAY['limit/1']",
    "token": "1",
    "name": "'trace'",
    "step_status": "'done'",
    "attempts": "1",
    "message": "''",
    "began": "now()",
    "output": "'{}'",
    "kind": "'step_done'",
    "code": "''",
}


def limit_script() -> str:
    """One whole workflow: start, claim, five steps, and the last step with the end."""
    from operations import statements

    parts = ["SELECT gen_random_uuid() AS id \\gset\n", START + ";", _filled(statements.CLAIM.sql, 0)]
    parts += [_filled(statements.STEP_DONE.sql, position) for position in range(STEPS - 1)]
    return "\n".join([*parts, _filled(statements.RUN_SUCCEEDED.sql, STEPS - 1)])


def limit_measure(stand: Stand, *, seconds: float, clients: int = 4) -> float:
    """Workflows per second."""
    script = stand.folder / "limit.sql"
    script.write_text(stand.python("-m", "benchmarks.engine.limit"))
    found = subprocess.run(
        [
            str(binaries.postgres_folder() / "bin" / "pgbench"),
            *(
                "--no-vacuum",
                "--protocol",
                "prepared",
                "--client",
                str(clients),
                "--jobs",
                "2",
                "--time",
                str(int(seconds)),
            ),
            *("--file", str(script), stand.postgres.url),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    match = re.search(r"tps = ([\d.]+)", found.stdout)
    assert match, found.stdout + found.stderr
    return float(match[1])


def _filled(sql: str, step: int) -> str:
    for name, value in {**VALUES, "step": str(step)}.items():
        sql = sql.replace(f"%({name})s", value)
    return re.sub(r"\s+", " ", sql).strip() + ";"


if __name__ == "__main__":
    django.setup()
    print(limit_script())
