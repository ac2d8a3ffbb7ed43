"""The engine's SQL: each move of a run is one statement, fenced by the run's id, step and token.

The database's clock is the only one: leases and due times of several machines must agree. Each statement writes the
run's row, the step's row and the event together, so that a crash leaves all of them or none.
"""

from __future__ import annotations

from operations.models import Operation
from operations.prepared import Prepared

# A claim reads the whole row, in the order in which Django builds the instance.
COLUMNS = tuple(str(field.column) for field in Operation._meta.concrete_fields)
JSON_COLUMNS = ("plan", "input", "output", "error")

# Takes a free run that is due. A held run is freed by the reconciler alone, so there is one rule for dead holders.
CLAIM = Prepared(
    "claim",
    f"""
UPDATE operations_operation
   SET status = 'Running', token = token + 1, owner = %(owner)s,
       lease_until = statement_timestamp() + %(lease)s, wake_at = statement_timestamp() + %(lease)s,
       started_at = COALESCE(started_at, statement_timestamp()),
       step_started_at = COALESCE(step_started_at, statement_timestamp()), updated_at = statement_timestamp()
 WHERE id = %(id)s AND status IN ('NotStarted', 'Running') AND lease_until IS NULL
   AND (due_at IS NULL OR due_at <= statement_timestamp())
   AND workflow || '/' || version = ANY(%(known)s)
RETURNING {", ".join(COLUMNS)}
""",  # noqa: S608 - column names of the model
)

# A run nobody here can run on: look again later, and say so once.
LEAVE_TO_OTHERS = Prepared(
    "leave_to_others",
    """
WITH refused AS (
    SELECT id, step, waiting_for FROM operations_operation
     WHERE id = %(id)s AND status IN ('NotStarted', 'Running') AND lease_until IS NULL
       AND (due_at IS NULL OR due_at <= statement_timestamp())
       AND NOT workflow || '/' || version = ANY(%(known)s)
       FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE operations_operation AS run
       SET waiting_for = %(reason)s, wake_at = statement_timestamp() + %(pause)s, updated_at = statement_timestamp()
      FROM refused WHERE run.id = refused.id
    RETURNING run.id
), told AS (
    INSERT INTO operations_operationevent (operation_id, at, kind, position, code, message)
    SELECT id, statement_timestamp(), 'waiting', step, 'operations:unknown-version', %(reason)s
      FROM refused WHERE waiting_for <> %(reason)s
)
SELECT 1 FROM moved
""",
)

_FENCE = "id = %(id)s AND step = %(step)s AND token = %(token)s AND status = 'Running'"

_STEP_ROW = """
    INSERT INTO operations_operationstep
           (operation_id, position, name, status, token, attempts, message, started_at, finished_at)
    SELECT id, %(step)s, %(name)s, %(step_status)s, %(token)s, %(attempts)s, %(message)s, %(began)s,
           statement_timestamp()
      FROM moved
"""

_EVENT = """
    INSERT INTO operations_operationevent (operation_id, at, kind, position, code, message)
    SELECT id, statement_timestamp(), %(kind)s, %(step)s, %(code)s, %(message)s FROM moved
"""

# The step is done and the run goes on: no indexed column changes, so PostgreSQL rewrites the row in its page.
STEP_DONE = Prepared(
    "step_done",
    f"""
WITH moved AS (
    UPDATE operations_operation
       SET step = step + 1, attempt = 0, output = output || %(output)s::jsonb, waiting_for = '',
           step_started_at = statement_timestamp(), updated_at = statement_timestamp()
     WHERE {_FENCE}
    RETURNING id, step_started_at, cancel_requested_at
), committed AS ({_STEP_ROW}), told AS ({_EVENT})
SELECT step_started_at, cancel_requested_at FROM moved
""",  # noqa: S608 - composed of the constants above
)

# The step was the last one.
RUN_SUCCEEDED = Prepared(
    "run_succeeded",
    f"""
WITH moved AS (
    UPDATE operations_operation
       SET status = 'Succeeded', step = step + 1, attempt = 0, output = output || %(output)s::jsonb, waiting_for = '',
           owner = NULL, lease_until = NULL, due_at = NULL, wake_at = NULL,
           finished_at = statement_timestamp(), updated_at = statement_timestamp()
     WHERE {_FENCE}
    RETURNING id, finished_at
), committed AS ({_STEP_ROW}), told AS (
    INSERT INTO operations_operationevent (operation_id, at, kind, position, code, message)
    SELECT id, statement_timestamp(), kind, %(step)s, '', text
      FROM moved, (VALUES ('step_done', %(message)s), ('succeeded', '')) AS said (kind, text)
)
SELECT finished_at FROM moved
""",  # noqa: S608
)

# The step cannot be done: the run ends here, with the step's row and the reason.
RUN_FAILED = Prepared(
    "run_failed",
    f"""
WITH moved AS (
    UPDATE operations_operation
       SET status = 'Failed', attempt = %(attempts)s, error = %(error)s::jsonb, waiting_for = '', token = token + 1,
           owner = NULL, lease_until = NULL, due_at = NULL, wake_at = NULL,
           finished_at = statement_timestamp(), updated_at = statement_timestamp()
     WHERE {_FENCE}
    RETURNING id, finished_at
), committed AS ({_STEP_ROW}), told AS ({_EVENT})
SELECT finished_at FROM moved
""",  # noqa: S608
)

# Somebody asked for it, and this is between two steps.
RUN_CANCELED = Prepared(
    "run_canceled",
    f"""
WITH moved AS (
    UPDATE operations_operation
       SET status = 'Canceled', waiting_for = '', token = token + 1,
           owner = NULL, lease_until = NULL, due_at = NULL, wake_at = NULL,
           finished_at = statement_timestamp(), updated_at = statement_timestamp()
     WHERE {_FENCE}
    RETURNING id, finished_at
), told AS ({_EVENT})
SELECT finished_at FROM moved
""",  # noqa: S608
)

# Not now: let go of the run until it is due again. The token moves on, so nothing late can be written.
RUN_RELEASED = Prepared(
    "run_released",
    f"""
WITH moved AS (
    UPDATE operations_operation
       SET attempt = %(attempt)s, waiting_for = %(reason)s, token = token + 1, owner = NULL, lease_until = NULL,
           due_at = statement_timestamp() + %(delay)s, wake_at = statement_timestamp() + %(delay)s,
           updated_at = statement_timestamp()
     WHERE {_FENCE}
    RETURNING id
), told AS (
    INSERT INTO operations_operationevent (operation_id, at, kind, position, code, message)
    SELECT id, statement_timestamp(), %(kind)s, %(step)s, %(code)s, %(message)s FROM moved WHERE %(kind)s <> ''
)
SELECT 1 FROM moved
""",  # noqa: S608
)

# Whether a step whose commit was answered by a broken connection is committed after all, and by this claim.
STEP_IS_MINE = Prepared(
    "step_is_mine",
    """
SELECT run.step_started_at, run.cancel_requested_at
  FROM operations_operationstep AS step JOIN operations_operation AS run ON run.id = step.operation_id
 WHERE step.operation_id = %(id)s AND step.position = %(step)s AND step.token = %(token)s
   AND run.token = %(token)s AND run.status = 'Running'
""",
)

# A line for people, unless the run has passed to somebody else.
LOG_LINE = f"""
INSERT INTO operations_operationevent (operation_id, at, kind, position, code, message)
SELECT id, statement_timestamp(), 'log', %(step)s, '', %(message)s FROM operations_operation WHERE {_FENCE}
"""  # noqa: S608
