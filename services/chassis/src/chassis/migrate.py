"""Bring a service's database up to date: numbered .sql files, each applied once.

`python -m chassis.migrate intake` reads INTAKE_DATABASE_URL.
"""

import asyncio
import os
import sys
from importlib.resources import files

import asyncpg
from asyncpg import Pool

from chassis.db import Db

JOURNAL = """
    CREATE TABLE IF NOT EXISTS migrations (
        package text NOT NULL, name text NOT NULL, PRIMARY KEY (package, name)
    )
"""

# Replicas starting together take turns.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('migrations'))"

RECORD = """
    INSERT INTO migrations (package, name) VALUES ($1, $2)
    ON CONFLICT DO NOTHING
    RETURNING true
"""


async def migrate(pool: Pool, *packages: str) -> list[str]:
    """Apply `<package>/migrations/*.sql` of each package in order, all or nothing.

    Returns the files applied, `<package>/<name>`.
    """
    async with pool.acquire() as db, db.transaction():
        await db.execute(LOCK)
        await db.execute(JOURNAL)
        return [name for package in packages for name in await _apply(db, package)]


async def _apply(db: Db, package: str) -> list[str]:
    scripts = [
        script
        for script in (files(package) / "migrations").iterdir()
        if script.name.endswith(".sql")
    ]
    applied = []
    for script in sorted(scripts, key=lambda script: script.name):
        if await db.fetchval(RECORD, package, script.name):
            await db.execute(script.read_text(encoding="utf-8"))
            applied.append(f"{package}/{script.name}")
    return applied


async def _migrate_service(service: str) -> None:
    url = os.environ[f"{service.upper()}_DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        for name in await migrate(pool, "chassis", service):
            sys.stdout.write(f"applied {name}\n")


if __name__ == "__main__":
    asyncio.run(_migrate_service(sys.argv[1]))
