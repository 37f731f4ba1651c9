"""The board of cases: where each stands, by rules that events coming late do not upset."""

from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from chassis.db import Db

PREFIX = "intake.case."

STEPS = frozenset(
    f"intake.case.{what}.v1"
    for what in (
        "filed", "classified", "dispatched", "step_taken", "escalated",
        "closed", "reopened", "revisited", "withdrawn",
    )
)  # fmt: skip
"""Events that are a step. The others name a step that is still to be taken."""

FILED, REVISITED = "intake.case.filed.v1", "intake.case.revisited.v1"
OVERDUE, REOPENED = "intake.case.step_overdue.v1", "intake.case.reopened.v1"
CLOSING = frozenset({"intake.case.closed.v1", "intake.case.withdrawn.v1"})
SENT, ESCALATED = "intake.case.dispatched.v1", "intake.case.escalated.v1"
PUT_OFF = frozenset({"intake.case.deadline_extended.v1", "intake.case.clock_suspended.v1"})

PUT = """
    INSERT INTO cases (case_id, area, kind, step, category, satisfaction, filed_at, closed_at,
                       moved_seq, overdue_seq, closed_seq, reopened_seq,
                       sent_seq, loose_seq, stuck_seq)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
                         $6::smallint[], $7::timestamptz[], $8::timestamptz[],
                         $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
                         $13::bigint[], $14::bigint[], $15::bigint[])
    ON CONFLICT (case_id) DO UPDATE SET
        step = CASE WHEN EXCLUDED.moved_seq > cases.moved_seq
                    THEN coalesce(EXCLUDED.step, cases.step) ELSE cases.step END,
        category = coalesce(EXCLUDED.category, cases.category),
        satisfaction = coalesce(EXCLUDED.satisfaction, cases.satisfaction),
        filed_at = coalesce(cases.filed_at, EXCLUDED.filed_at),
        closed_at = CASE WHEN EXCLUDED.closed_seq > cases.closed_seq
                         THEN EXCLUDED.closed_at ELSE cases.closed_at END,
        moved_seq = greatest(EXCLUDED.moved_seq, cases.moved_seq),
        overdue_seq = greatest(EXCLUDED.overdue_seq, cases.overdue_seq),
        closed_seq = greatest(EXCLUDED.closed_seq, cases.closed_seq),
        reopened_seq = greatest(EXCLUDED.reopened_seq, cases.reopened_seq),
        sent_seq = greatest(EXCLUDED.sent_seq, cases.sent_seq),
        loose_seq = greatest(EXCLUDED.loose_seq, cases.loose_seq),
        stuck_seq = greatest(EXCLUDED.stuck_seq, cases.stuck_seq)
"""

BOARD = """
    SELECT case_id, area, kind, step, category, satisfaction, filed_at,
           CASE WHEN closed_seq > reopened_seq THEN closed_at END AS closed_at,
           overdue_seq > moved_seq AND closed_seq <= reopened_seq AS is_overdue,
           sent_seq <= loose_seq AND closed_seq <= reopened_seq AS is_undispatched,
           stuck_seq > moved_seq AND closed_seq <= reopened_seq AS is_stuck
      FROM cases
     WHERE filed_at >= $1 AND filed_at < $2
       AND starts_with(area, $3)
       AND ($4::text IS NULL OR kind = $4)
       AND ($5::text IS NULL OR step = $5)
       AND ($6::bool IS NULL OR (closed_seq <= reopened_seq) = $6)
       AND ($7::bool IS NULL OR (overdue_seq > moved_seq AND closed_seq <= reopened_seq) = $7)
       AND ($8::bool IS NULL OR (sent_seq <= loose_seq AND closed_seq <= reopened_seq) = $8)
       AND ($9::bool IS NULL OR (stuck_seq > moved_seq AND closed_seq <= reopened_seq) = $9)
       AND ($10::timestamptz IS NULL OR (filed_at, case_id) < ($10, $11::uuid))
     ORDER BY filed_at DESC, case_id DESC
     LIMIT $12
"""

AREA, KIND, STEP, CATEGORY, SATISFACTION, FILED_AT, CLOSED_AT = range(7)
MOVED_SEQ, OVERDUE_SEQ, CLOSED_SEQ, REOPENED_SEQ = range(7, 11)
SENT_SEQ, LOOSE_SEQ, STUCK_SEQ = range(11, 14)

Place = tuple[datetime, UUID]
"""Of a page's last row: filed at, case id."""

Rows = dict[str, list[Any]]
"""Case id -> the columns after it, in the table's order."""


def gather(
    rows: Rows, event: str, data: dict[str, Any], time: datetime, area: str, sequence: int
) -> None:
    """Fold one more event, in the order of the stream, into the rows to be put."""
    case_id = data["case_id"]
    row = rows.get(case_id)
    if row is None:
        row = rows[case_id] = [area, data["kind"], *[None] * 5, *[0] * 7]
    if event in STEPS:
        row[STEP] = data["step"]
        row[MOVED_SEQ] = sequence
        row[CATEGORY] = data.get("category") or row[CATEGORY]
    _follow_hands(row, event, data, sequence)
    if event == FILED:
        row[FILED_AT] = time
    elif event in CLOSING:
        row[CLOSED_AT] = time
        row[CLOSED_SEQ] = sequence
    elif event == REOPENED:
        row[REOPENED_SEQ] = sequence
    elif event == REVISITED:
        row[SATISFACTION] = data["satisfaction"]
    elif event == OVERDUE:
        row[OVERDUE_SEQ] = sequence
        if data.get("escalated_to") is None:
            row[STUCK_SEQ] = sequence
    elif event in PUT_OFF:
        row[MOVED_SEQ] = sequence


def _follow_hands(row: list[Any], event: str, data: dict[str, Any], sequence: int) -> None:
    """Who has it: somebody since it was dispatched, nobody since it came back or went up."""
    if event == SENT:
        row[SENT_SEQ] = sequence
    elif event in (ESCALATED, REOPENED) or data.get("step") == "returned":
        row[LOOSE_SEQ] = sequence


async def put(db: Db, rows: Rows) -> None:
    await db.execute(PUT, rows.keys(), *zip(*rows.values(), strict=True))


async def board(
    db: Db,
    filed: tuple[datetime, datetime],
    within: str,
    kind: str | None,
    step: str | None,
    is_open: bool | None,
    is_overdue: bool | None,
    is_undispatched: bool | None,
    is_stuck: bool | None,
    after: Place | None,
    most: int,
) -> list[Record]:
    """Cases filed in [from, to), newest first; None for any."""
    return await db.fetch(
        BOARD,
        *filed,
        within,
        kind,
        step,
        is_open,
        is_overdue,
        is_undispatched,
        is_stuck,
        *(after or (None, None)),
        most,
    )
