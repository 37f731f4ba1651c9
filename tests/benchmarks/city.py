"""A stream of case events as a city says them, put on the bus in bulk."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.bus import Bus
from chassis.outbox.publish import BATCH, publish
from contracts import Envelope, Event, nats_subject
from contracts.intake import CaseClassified, CaseClosed, CaseDispatched, CaseFiled

CATEGORIES = ("environment", "elderly_care", "safety", "property", "transport")
START = datetime(2026, 1, 5, tzinfo=UTC)
SEED = 11


def cases(events: int) -> Iterator[dict[str, Any]]:
    """Rows (id, subject, body): four events for each case, over sixty days and 400 places."""
    chance = random.Random(SEED)
    for number in range(events // 4):
        area = f"3404{chance.randint(2, 8):02d}{chance.randint(1, 9):03d}{chance.randint(1, 6):03d}"
        filed_at = START + timedelta(seconds=chance.randrange(60 * 86_400))
        case_id = UUID(int=chance.getrandbits(128), version=4)
        for version, event in enumerate(_life(chance, case_id, area, filed_at), 1):
            one = UUID(int=chance.getrandbits(128), version=4)
            envelope = Envelope(one, f"case-{case_id}", version, event, f"staff-{number % 40}")
            yield {
                "id": one,
                "subject": nats_subject(event),
                "body": envelope.to_json().decode(),
            }


async def say_all(speaker: Bus, events: int) -> int:
    """Returns the stream's last sequence."""
    last, batch = 0, []
    for row in cases(events):
        batch.append(row)
        if len(batch) == BATCH:
            last, batch = await publish(speaker, batch, last), []
    return await publish(speaker, batch, last) if batch else last


def _life(chance: random.Random, case_id: UUID, area: str, filed_at: datetime) -> tuple[Event, ...]:
    category = chance.choice(CATEGORIES)
    told: dict[str, Any] = {"area": area, "case_id": case_id, "kind": "request"}
    minute = timedelta(minutes=1)
    return (
        CaseFiled(**told, time=filed_at, step="filed", source="resident"),
        CaseClassified(**told, time=filed_at + minute, step="classified", category=category),
        CaseDispatched(
            **told,
            time=filed_at + 2 * minute,
            step="dispatched",
            category=category,
            to="department",
        ),
        CaseClosed(
            **told,
            time=filed_at + 3 * minute,
            step="closed",
            category=category,
            outcome="done",
            open_seconds=180,
        ),
    )
