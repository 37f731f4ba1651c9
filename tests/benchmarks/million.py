"""A year of cases, loaded as the service itself would have written them.

A few thousand histories are made by the service's own commands, over a year of days; then every row
of theirs is copied within the database under new ids, each copy at another place. Their events
stand in `events` as if they had been relayed: the bus needs no million messages to make these
tables large. Copies of sealed texts are as long as the first ones and cannot be opened.
"""

import time
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from asyncpg import Pool
from rich.console import Console
from uuid_utils.compat import uuid7

from chassis.db import Db
from chassis.sealed.seal import Keyring
from chassis.sealed.vault import Vault
from intake import handlers
from intake.desk import Desk, load_kinds
from intake.domain.commands import FileCase, TakeStep
from intake.handlers.cases import stream_of
from intake.lists import load_lists
from intake.receipt_codes import new_code
from liuchi.connections import database
from liuchi.stack import Stack

FIRST_ONES = 2_000
DAYS = 365
OPEN_SHARE = 0.1
STAFF = frozenset({"dispatcher", "department"})
TEXT = "楼道里的灯已经坏了三天，晚上老人上下楼很不方便，请帮忙看看。"
AT_A_TIME = 100
"""First ones that are copied in one transaction, the oldest first, so that ids come in order."""

# Nothing of them is to be said: the bus is left out.
FORGET_OUTBOX = """
    DELETE FROM outbox WHERE position IN (SELECT position FROM events WHERE stream = ANY($1))
"""

COPIES = """
    CREATE TEMP TABLE copies ON COMMIT DROP AS
    SELECT case_id AS old, uuidv7(filed_at - now()) AS new, area AS old_area,
           ($3::text[])[1 + (number * 7 + ordinal * 13) % cardinality($3::text[])] AS new_area
      FROM unnest($1::uuid[]) WITH ORDINALITY AS first (case_id, ordinal)
           JOIN cases USING (case_id)
     CROSS JOIN generate_series(1, $2) AS number
"""

EVENTS = """
    INSERT INTO events (stream, version, id, subject, body)
    SELECT 'case-' || new, version, again,
           regexp_replace(subject, '([.][0-9]{2}){3}$',
               regexp_replace(new_area, '(..)(..)(..).*', '.\\1.\\2.\\3')),
           replace(replace(replace(body, old::text, new::text), id::text, again::text),
                   old_area, new_area)
      FROM copies JOIN events ON stream = 'case-' || old,
           LATERAL (SELECT uuidv7() AS again WHERE version > 0) AS made
     ORDER BY new, version
"""

RECEIPTS = """
    INSERT INTO receipts (code_hash, case_id) SELECT sha256(new::text::bytea), new FROM copies
"""

KEYS = """
    INSERT INTO vault_keys (person, wrapped, wrapped_by)
    SELECT new, wrapped, wrapped_by FROM copies JOIN vault_keys ON person = old ORDER BY new
"""

TEXTS = """
    INSERT INTO vault_texts (person, field, sealed)
    SELECT new, field, sealed FROM copies JOIN vault_texts ON person = old ORDER BY new
"""

WHOLE_ROWS = ("cases", "likenesses", "notices")
"""Tables whose rows of a case are copied with only its id and place changed."""

COLUMNS = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
       AND attidentity = '' AND (NOT atthasdef OR $1 = 'cases')
"""

SETTLE = "VACUUM (ANALYZE)"


async def load(stack: Stack, villages: list[str], count: int) -> None:
    """So many cases, a tenth of them open, at all villages."""
    begun = time.perf_counter()
    async with database(stack, "intake") as pool:
        first_ones = await _make(pool, _desk(stack), villages)
        copies = count // len(first_ones) - 1
        for start in range(0, len(first_ones), AT_A_TIME):
            async with pool.acquire() as db, db.transaction():
                await db.execute("SET LOCAL synchronous_commit = off")
                await _copy(db, first_ones[start : start + AT_A_TIME], copies, villages)
        await pool.execute(SETTLE, timeout=None)
    Console().print(f"{count:,} cases loaded in {time.perf_counter() - begun:.0f} s")


def _desk(stack: Stack) -> Desk:
    keyring = Keyring(b64decode(stack.secrets["INTAKE_VAULT_KEY"]))
    return Desk(load_kinds(), Vault(keyring), load_lists())


async def _make(pool: Pool, desk: Desk, villages: list[str]) -> list[UUID]:
    """The first ones, by the service's own commands, the oldest first."""
    chance = Random(7)
    now = datetime.now(UTC)
    days = sorted((chance.uniform(0, DAYS) for _ in range(FIRST_ONES)), reverse=True)
    made: list[UUID] = []
    for start in range(0, FIRST_ONES, AT_A_TIME):
        async with pool.acquire() as db, db.transaction():
            for ago in days[start : start + AT_A_TIME]:
                at = now - timedelta(days=ago)
                steps = 3 if chance.random() > OPEN_SHARE else chance.randrange(3)
                made.append(await _live(db, desk, chance.choice(villages), at, now, steps))
            await db.execute(FORGET_OUTBOX, [stream_of(case_id) for case_id in made])
    return made


async def _live(db: Db, desk: Desk, area: str, at: datetime, now: datetime, steps: int) -> UUID:
    case_id = uuid7()
    filed = FileCase(
        case_id=case_id,
        kind="request",
        area=area,
        source="resident",
        roles=frozenset({"resident"}),
        at=at,
        category="other",
    )
    texts = {"text": TEXT, "phone": "0554-1234567"}
    await handlers.cases.file_case(db, desk, filed, texts, new_code())
    for number, step in enumerate(("dispatched", "resolved", "closed")[:steps], 1):
        fields = {"to": "department", "department": "civil_affairs"} if number == 1 else {}
        taken = TakeStep(step, STAFF, min(at + timedelta(hours=number), now), fields)
        await handlers.cases.change_case(db, desk, case_id, taken)
    await handlers.cases.announce_overdue(db, desk, case_id, now)
    return case_id


async def _copy(db: Db, first_ones: list[UUID], copies: int, villages: list[str]) -> None:
    await db.execute(COPIES, first_ones, copies, villages)
    for statement in (EVENTS, RECEIPTS, KEYS, TEXTS):
        await db.execute(statement)
    for table in WHOLE_ROWS:
        names = [row["attname"] for row in await db.fetch(COLUMNS, table)]
        changed = {"case_id": "copies.new", "area": "copies.new_area"}
        values = ", ".join(changed.get(name, f"t.{name}") for name in names)
        await db.execute(
            f"INSERT INTO {table} ({', '.join(names)})"  # noqa: S608 - names of our own columns
            f" SELECT {values} FROM copies JOIN {table} t ON t.case_id = copies.old ORDER BY new"
        )
