"""The cases table: where each case stands, for lists, queues and the sweep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Record

from chassis.event_log import Db
from chassis.workflow.clocks import overdue, promised, running
from chassis.workflow.kind import Kind
from intake.domain.case import Case
from intake.domain.queues import awaited, is_stuck, waits_for
from intake.domain.routes import awaits_worker

# A row tells one version of the history. A new one may bring its receipt and the pieces of its text
# in the same round trip: filing is what happens most.
STORE = """
    WITH kept AS (
        INSERT INTO receipts (code_hash, case_id) SELECT $23, $1 WHERE $23::bytea IS NOT NULL
    ), compared AS (
        INSERT INTO likenesses (case_id, kind, category, area, pieces)
        SELECT $1, $2, $6, $3, $27 WHERE $27::int[] IS NOT NULL
    )
    INSERT INTO cases (
        case_id, kind, area, source, urgency, category, filed_at, step, outcome, step_at,
        waits_for, sent_to, post_id, department, skill, is_open, awaits_worker,
        due_at, announce_at, overdue_since, satisfaction, version, closed_at,
        takers, is_stuck
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $24, $25, $26)
    ON CONFLICT (case_id) DO UPDATE SET
        category = $6, step = $8, outcome = $9, step_at = $10, waits_for = $11, sent_to = $12,
        post_id = $13, department = $14, skill = $15, is_open = $16, awaits_worker = $17,
        due_at = $18, announce_at = $19, overdue_since = $20, satisfaction = $21, version = $22,
        closed_at = $24, takers = $25, is_stuck = $26
"""

WHAT_IS = "SELECT kind, category, area FROM cases WHERE case_id = $1"

LIST = """
    SELECT cases.*, (SELECT name FROM areas WHERE code = cases.area) AS area_name
      FROM cases
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text IS NULL OR kind = $2)
       AND ($3::text IS NULL OR step = $3)
       AND ($4::text IS NULL OR category = $4)
       AND ($5::text IS NULL OR sent_to = $5)
       AND ($6::text IS NULL OR department = $6)
       AND ($7::boolean IS NULL OR is_open = $7)
       AND ($8::boolean IS NULL OR (overdue_since IS NOT NULL) = $8)
       AND (NOT $9::boolean OR is_open AND sent_to IS NULL)
       AND ($10::text IS NULL
            OR post_id IN (SELECT post_id FROM on_duty WHERE person_id::text = $10))
       AND ($11::uuid IS NULL OR case_id < $11)
       AND ($12::text[] IS NULL OR kind = ANY($12))
     ORDER BY case_id DESC
     LIMIT $13
"""

# Of one village the index has them in this order: hardly more rows are read than are shown.
LIST_AT = LIST.replace("area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')", "area = $1")

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
    SELECT DISTINCT ON (case_id) case_id, cases.area
      FROM cases
      JOIN on_duty ON on_duty.area IN (cases.area, rpad(left(cases.area, 9), 12, '0'))
     WHERE awaits_worker AND step_at <= heard_at + interval '1 minute'
     LIMIT $1
"""

AWAITING_WORKER = """
    SELECT case_id FROM cases
     WHERE awaits_worker AND area >= $1 AND area <= $2
     ORDER BY case_id
"""

SET_ASIDE = "UPDATE cases SET announce_at = NULL WHERE case_id = $1"

# No date was known for them: the clock stands, or the calendar was not published then.
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


async def store(
    db: Db,
    kind: Kind,
    case: Case,
    version: int,
    receipt_hash: bytes | None = None,
    pieces: Sequence[int] | None = None,
) -> None:
    """Set the row to what the case is at this version; a new one comes with its receipt, and with
    what its text is compared by.
    """
    position, has_it = case.position, case.lies_with
    here, next_step = position.marks[-1], waits_for(kind, case)
    unannounced = overdue(kind, position, NEVER)
    await db.execute(
        STORE,
        case.case_id,
        case.kind,
        case.area,
        case.source,
        case.urgency,
        case.category,
        case.filed_at,
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
        receipt_hash,
        case.closed_at,
        awaited(kind, case),
        is_stuck(kind, case),
        pieces,
    )


async def what_is(db: Db, case_id: UUID) -> Record | None:
    """Its `kind`, `category` and `area`; None for a case nobody filed."""
    return await db.fetchrow(WHAT_IS, case_id)


async def listed(db: Db, wanted: Wanted, after: UUID | None, most: int) -> Sequence[Record]:
    """The newest first; `after` is the last one seen."""
    is_village = len(wanted.within) == CODE_DIGITS
    return await db.fetch(
        LIST_AT if is_village else LIST,
        wanted.within,
        wanted.kind,
        wanted.step,
        wanted.category,
        wanted.sent_to,
        wanted.department,
        wanted.is_open,
        wanted.is_overdue,
        wanted.is_undispatched,
        wanted.person,
        after,
        wanted.kinds,
        most,
    )


async def to_announce(db: Db, now: datetime, most: int) -> list[UUID]:
    """Cases with a step that is late and was not announced."""
    return [row["case_id"] for row in await db.fetch(TO_ANNOUNCE, now, most)]


async def set_aside(db: Db, case_id: UUID) -> None:
    """Leave it out of what is to be announced, until its next step."""
    await db.execute(SET_ASIDE, case_id)


async def undated(db: Db, after: UUID, most: int) -> list[UUID]:
    """Cases that wait for a step but have no date, in the order of their ids."""
    return [row["case_id"] for row in await db.fetch(UNDATED, after, most)]


async def overlooked(db: Db, most: int) -> list[tuple[UUID, str]]:
    """Cases and their areas that wait for a grid worker though one is on duty there."""
    return [(row["case_id"], row["area"]) for row in await db.fetch(OVERLOOKED, most)]


async def awaiting_worker(db: Db, area: str) -> list[UUID]:
    """Cases at or below the area of a post that wait for its grid worker, the oldest first."""
    last = area if area[9:] != "000" else area[:9] + "999"
    return [row["case_id"] for row in await db.fetch(AWAITING_WORKER, area, last)]


async def in_hand(db: Db, post_id: UUID) -> list[tuple[UUID, str]]:
    """Open cases that lie with the post, and their areas."""
    return [(row["case_id"], row["area"]) for row in await db.fetch(IN_HAND, post_id)]


def _overdue_since(kind: Kind, case: Case) -> datetime | None:
    if not case.position.overruns:
        return None
    missed = (
        clock.due()
        for clock in running(kind, case.position)
        if case.position.has_overrun(clock.step.name, clock.deadline.start)
    )
    return min((at for at in missed if at), default=None)
