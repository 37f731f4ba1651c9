"""Read and extend histories, in the service's own database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.db import Db, look, write
from chassis.telemetry import traceparent
from contracts import Envelope, Event, decode, nats_subject

HISTORY = "SELECT body FROM events WHERE stream = $1 ORDER BY version"

HISTORIES = "SELECT stream, body FROM events WHERE stream = ANY($1) ORDER BY stream, version"

# Together, so an event is recorded if and only if it will be announced.
APPEND = """
    recorded AS (
        INSERT INTO events (stream, version, id, subject, body)
        SELECT * FROM unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[])
        RETURNING position
    ), waiting AS (
        INSERT INTO outbox (position) SELECT position FROM recorded
    )
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Why something is recorded: who asked, and which event led to it."""

    actor: str | None = None
    causation_id: UUID | None = None
    correlation_id: UUID | None = None


def caused_by(heard: Envelope) -> Origin:
    return Origin(causation_id=heard.id, correlation_id=heard.correlation_id or heard.id)


async def load(db: Db, stream: str) -> list[Event]:
    return [decode(row["body"]).event for row in await look(db, HISTORY, stream)]


async def load_many(db: Db, streams: Sequence[str]) -> dict[str, list[Event]]:
    """Histories by stream; an empty list for a stream nobody wrote to."""
    histories: dict[str, list[Event]] = {stream: [] for stream in streams}
    for row in await look(db, HISTORIES, streams):
        histories[row["stream"]].append(decode(row["body"]).event)
    return histories


def next_in(stream: str, after: int, events: Iterable[Event], origin: Origin) -> list[Envelope]:
    """Number the events on from `after`; the first one starts a correlation if none runs."""
    trace = traceparent()
    correlation_id = origin.correlation_id
    envelopes = []
    for version, event in enumerate(events, after + 1):
        event_id = uuid7()
        correlation_id = correlation_id or event_id
        envelopes.append(
            Envelope(
                event_id,
                stream,
                version,
                event,
                origin.actor,
                origin.causation_id,
                correlation_id,
                trace,
            )
        )
    return envelopes


async def append(db: Db, envelopes: Sequence[Envelope]) -> None:
    """Record and enqueue, as `write` does. Raises HistoryMoved when a version is taken."""
    await write(
        db,
        APPEND,
        [envelope.subject for envelope in envelopes],
        [envelope.version for envelope in envelopes],
        [envelope.id for envelope in envelopes],
        [nats_subject(envelope.event) for envelope in envelopes],
        [envelope.to_json().decode() for envelope in envelopes],
    )
