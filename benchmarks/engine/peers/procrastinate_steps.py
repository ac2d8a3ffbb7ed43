"""procrastinate, a job for each step, deferred in the state's transaction (talked to as rows.py says)."""

import asyncio
import os
import sys
import time

import procrastinate
import psycopg_pool

URL, TRACE, RUNS = sys.argv[2], sys.argv[3], int(sys.argv[4])
STEPS, CONCURRENCY, WARM = 6, 4, 20

app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=URL, min_size=4, max_size=8))
pool = psycopg_pool.AsyncConnectionPool(URL, min_size=4, max_size=4, open=False)

TABLES = """
CREATE TABLE IF NOT EXISTS bench_run (id bigserial PRIMARY KEY, state text NOT NULL DEFAULT 'running',
  step int NOT NULL DEFAULT 0, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS bench_step (run bigint NOT NULL, position int NOT NULL,
  at timestamptz NOT NULL DEFAULT now(), UNIQUE (run, position));
"""


@app.task(name="step")
async def step(run: int, position: int) -> None:
    descriptor = os.open(TRACE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(descriptor, f"step {run} {position} {time.time():.3f}\n".encode())
    os.close(descriptor)
    async with pool.connection() as connection, connection.transaction():
        state = "done" if position + 1 == STEPS else "running"
        await connection.execute(
            "UPDATE bench_run SET step = step + 1, state = %s, updated_at = now() WHERE id = %s AND step = %s",
            [state, run, position],
        )
        await connection.execute("INSERT INTO bench_step (run, position) VALUES (%s, %s)", [run, position])
        if state == "running":
            await step.configure(connection=connection).defer_async(run=run, position=position + 1)


async def submit(number: int) -> None:
    async with pool.connection() as connection:
        for _ in range(number):
            async with connection.transaction():
                (run,) = await (
                    await connection.execute("INSERT INTO bench_run DEFAULT VALUES RETURNING id")
                ).fetchone()
                await step.configure(connection=connection).defer_async(run=run, position=0)


async def drain() -> None:
    await app.run_worker_async(concurrency=CONCURRENCY, wait=False, install_signal_handlers=False)


async def main() -> None:
    async with app.open_async():
        await pool.open()
        async with pool.connection() as connection:
            await connection.execute(TABLES)
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await submit(WARM)
        await until_empty()
        await submit(RUNS)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(f"begun {RUNS}", flush=True)
        await until_empty()
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.readline)


async def until_empty() -> None:
    """A worker that does not wait may end while the last jobs of others still run."""
    while True:
        await drain()
        async with pool.connection() as connection:
            (left,) = await (
                await connection.execute("SELECT count(*) FROM bench_run WHERE state <> 'done'")
            ).fetchone()
        if not left:
            return


asyncio.run(main())
