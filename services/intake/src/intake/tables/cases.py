"""The cases table: where each case stands, for lists, queues and the sweep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db, write
from chassis.workflow.clocks import overdue, promised, running
from chassis.workflow.kind import Kind
from intake.domain.case import Case
from intake.domain.queues import awaited, is_stuck, waits_for
from intake.domain.routes import awaits_worker

# A row tells one version of the history.
FILE = """
    filed AS (
        INSERT INTO cases (
            case_id, category, step, outcome, step_at, waits_for, sent_to, post_id, department,
            skill, is_open, awaits_worker, due_at, announce_at, overdue_since, satisfaction,
            version, closed_at, takers, is_stuck, kind, area, source, urgency, filed_at
        )
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21, $22, $23, $24, $25)
    )
"""

MOVE = """
    moved AS (
        UPDATE cases
           SET category = $2, step = $3, outcome = $4, step_at = $5, waits_for = $6, sent_to = $7,
               post_id = $8, department = $9, skill = $10, is_open = $11, awaits_worker = $12,
               due_at = $13, announce_at = $14, overdue_since = $15, satisfaction = $16,
               version = $17, closed_at = $18, takers = $19, is_stuck = $20
         WHERE case_id = $1 AND version <= $17  -- whoever looked earlier comes too late
    )
"""

WHAT_IS = "SELECT kind, category, area FROM cases WHERE case_id = $1"

ITEM = """
    case_id, version, kind, area, source, urgency, category, filed_at, step, outcome, step_at,
    is_open, sent_to, post_id, department, due_at, overdue_since, satisfaction,
    (SELECT name FROM areas WHERE code = cases.area) AS area_name
"""
"""What a list tells of each case."""

LIST = f"SELECT {ITEM} FROM cases"  # noqa: S608 - the columns above

CODE_DIGITS = 12

TO_ANNOUNCE = """
    SELECT case_id FROM cases
     WHERE announce_at <= $1
     ORDER BY announce_at
     LIMIT $2
"""

# A case filed while a worker's coming on duty was being written down sees no worker, and is not
# seen: the minute's grace finds it. Whatever somebody decided by hand later is left alone.
OVERLOOKED = """
    SELECT DISTINCT ON (case_id) case_id, waiting.area
      FROM on_duty
     CROSS JOIN LATERAL (
           -- looked up post by post (OFFSET): few cases wait where somebody is, of very many
           SELECT case_id, area FROM cases
            WHERE awaits_worker AND step_at <= heard_at + interval '1 minute'
              AND area >= on_duty.area AND area <= regexp_replace(on_duty.area, '000$', '999')
           OFFSET 0
           ) AS waiting
     LIMIT $1
"""

AWAITING_WORKER = """
    SELECT case_id FROM cases
     WHERE awaits_worker AND area >= $1 AND area <= regexp_replace($1, '000$', '999')
     ORDER BY case_id
"""

SET_ASIDE = "UPDATE cases SET announce_at = 'infinity' WHERE case_id = $1"

TAKE_UP = "UPDATE cases SET announce_at = now() WHERE announce_at = 'infinity'"

# All that is late was announced, or no date was known: the clock stands, or the calendar was not
# published then, or the kind's file had no time for the step.
UNDATED = """
    SELECT case_id FROM cases
     WHERE waits_for IS NOT NULL AND announce_at IS NULL AND case_id > $1
     ORDER BY case_id
     LIMIT $2
"""

IN_HAND = "SELECT case_id, area FROM cases WHERE post_id = $1 AND is_open ORDER BY case_id"

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; None: whatever it is."""

    within: str
    """A prefix of area codes."""
    kinds: Sequence[str] | None = None
    """Of these only, whatever is asked for beside."""
    kind: str | None = None
    step: str | None = None
    category: str | None = None
    sent_to: str | None = None
    department: str | None = None
    is_open: bool | None = None
    is_overdue: bool | None = None
    is_undispatched: bool = False
    person: str | None = None
    """Who holds the post that has it."""


async def file(db: Db, kind: Kind, case: Case, version: int) -> None:
    """Give a new case its row."""
    told = (case.kind, case.area, case.source, case.urgency, case.filed_at)
    await write(db, FILE, *_standing(kind, case, version), *told)


async def move(db: Db, kind: Kind, case: Case, version: int) -> None:
    """Set its row to what the case is at this version."""
    await write(db, MOVE, *_standing(kind, case, version))


def _standing(kind: Kind, case: Case, version: int) -> Sequence[object]:
    position, has_it = case.position, case.lies_with
    here, next_step = position.marks[-1], waits_for(kind, case)
    unannounced = overdue(kind, position, NEVER)
    return (
        case.case_id,
        case.category,
        here.step,
        here.outcome,
        here.at,
        next_step,
        has_it.to if has_it else None,
        has_it.post_id if has_it else None,
        has_it.department if has_it else None,
        has_it.skill if has_it else None,
        case.is_open,
        case.is_open and next_step is not None and awaits_worker(kind, case),
        promised(kind, position),
        unannounced[0].at if unannounced else None,
        _overdue_since(kind, case),
        case.satisfaction,
        version,
        case.closed_at,
        awaited(kind, case),
        is_stuck(kind, case),
    )


async def what_is(db: Db, case_id: UUID) -> Record | None:
    """Its `kind`, `category` and `area`; None for a case nobody filed."""
    return await db.fetchrow(WHAT_IS, case_id)


async def listed(db: Db, wanted: Wanted, after: UUID | None, most: int) -> Sequence[Record]:
    """The newest first; `after` is the last one seen.

    Only what is asked for stands in the statement: so PostgreSQL keeps a plan of each that is asked
    often, and need not make one anew each time.
    """
    conditions, values = _conditions(wanted)
    if after is not None:
        conditions.append("case_id < {}")
        values.append(after)
    where = " AND ".join(conditions) + " ORDER BY case_id DESC LIMIT {}"
    values.append(most)
    numbered = where.format(*(f"${number}" for number, _ in enumerate(values, 1)))
    return await db.fetch(f"{LIST} WHERE {numbered}", *values)


def _conditions(wanted: Wanted) -> tuple[list[str], list[object]]:
    """Each with a place for its value, in the order of the values."""
    within = wanted.within
    is_village = len(within) == CODE_DIGITS
    possible: Sequence[tuple[str, object]] = (
        ("area = {}", within if is_village else None),
        ("area >= {}", None if is_village else within.ljust(CODE_DIGITS, "0")),
        ("area <= {}", None if is_village else within.ljust(CODE_DIGITS, "9")),
        ("kind = ANY({})", wanted.kinds),
        ("kind = {}", wanted.kind),
        ("step = {}", wanted.step),
        ("category = {}", wanted.category),
        ("sent_to = {}", wanted.sent_to),
        ("department = {}", wanted.department),
        ("is_open = {}", wanted.is_open),
        ("(overdue_since IS NOT NULL) = {}", wanted.is_overdue),
        ("(is_open AND sent_to IS NULL) = {}", wanted.is_undispatched or None),
        ("post_id IN (SELECT post_id FROM on_duty WHERE person_id::text = {})", wanted.person),
    )
    asked = [(condition, value) for condition, value in possible if value is not None]
    return [condition for condition, _ in asked], [value for _, value in asked]


async def to_announce(db: Db, now: datetime, most: int) -> list[UUID]:
    """Cases with a step that is late and was not announced."""
    return [row["case_id"] for row in await db.fetch(TO_ANNOUNCE, now, most)]


async def set_aside(db: Db, case_id: UUID) -> None:
    """Leave it out of what is to be announced, until its next step or until `take_up`."""
    await db.execute(SET_ASIDE, case_id)


async def take_up(db: Db) -> None:
    """Those set aside are tried again: what was wrong with them may be mended."""
    await db.execute(TAKE_UP)


async def undated(db: Db, after: UUID, most: int) -> list[UUID]:
    """Cases that wait for a step and have no date still to come, in the order of their ids."""
    return [row["case_id"] for row in await db.fetch(UNDATED, after, most)]


async def overlooked(db: Db, most: int) -> list[tuple[UUID, str]]:
    """Cases and their areas that wait for a grid worker though one is on duty there."""
    return [(row["case_id"], row["area"]) for row in await db.fetch(OVERLOOKED, most)]


async def awaiting_worker(db: Db, area: str) -> list[UUID]:
    """Cases at or below the area of a post that wait for its grid worker, the oldest first."""
    return [row["case_id"] for row in await db.fetch(AWAITING_WORKER, area)]


async def in_hand(db: Db, post_id: UUID) -> list[tuple[UUID, str]]:
    """Open cases that lie with the post, and their areas."""
    return [(row["case_id"], row["area"]) for row in await db.fetch(IN_HAND, post_id)]


def _overdue_since(kind: Kind, case: Case) -> datetime | None:
    if not case.position.overruns:
        return None
    missed = (
        clock.due_at
        for clock in running(kind, case.position)
        if case.position.has_overrun(clock.step.name, clock.deadline.start)
    )
    return min((at for at in missed if at), default=None)
