"""Policies: what a service does when it hears something.

hears = Hears("volunteer")

@hears(CaseDispatched)
async def on_dispatched(db: Db, heard: Envelope) -> None: ...
"""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from chassis import telemetry
from chassis.db import Db
from chassis.decider import Refused
from chassis.listen import Listener
from chassis.pull import Message
from chassis.telemetry import log
from contracts import Envelope, Event, decode, durable, heard, speakers_heard_by

REMEMBER = """
    INSERT INTO inbox (durable, event_id) SELECT $1, unnest($2::uuid[])
    ON CONFLICT DO NOTHING
    RETURNING event_id
"""

FORGET = "DELETE FROM inbox WHERE handled_at < now() - interval '30 days'"
"""The checkpoint keeps old messages away; the inbox only guards against one said twice."""

BATCH = 200

Policy = Callable[[Db, Envelope], Awaitable[None]]


class Hears:
    """The policies of one service. All that is heard from one speaker keeps its order."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.policies: dict[type[Event], Policy] = {}

    def __call__(self, *event_types: type[Event]) -> Callable[[Policy], Policy]:
        def register(policy: Policy) -> Policy:
            self.policies |= dict.fromkeys(event_types, policy)
            return policy

        return register

    def listeners(self) -> list[Listener]:
        """One for each speaker of the CATALOGUE that this service hears."""
        return [self._listener(speaker) for speaker in speakers_heard_by(self.service)]

    def _listener(self, speaker: str) -> Listener:
        name = durable(self.service, speaker)

        async def handle(db: Db, messages: Sequence[Message]) -> None:
            envelopes = [decode(message.body) for message in messages]
            new = await _remember(db, name, [envelope.id for envelope in envelopes])
            for envelope in envelopes:
                if envelope.id in new:
                    new.remove(envelope.id)
                    await self._follow_policy(db, name, envelope)

        subjects = [f"{event_type}.>" for event_type in heard(self.service, speaker)]
        return Listener(speaker, name, subjects, handle, BATCH)

    async def _follow_policy(self, db: Db, name: str, envelope: Envelope) -> None:
        """A refusal is an answer: what was asked already holds, or can no longer be."""
        policy = self.policies[type(envelope.event)]
        with telemetry.continued(envelope.traceparent, f"{name} {envelope.event.type}"):
            try:
                await policy(db, envelope)
            except Refused as refusal:
                log.info(
                    "policy_refused", durable=name, event_id=str(envelope.id), why=str(refusal)
                )


async def _remember(db: Db, name: str, ids: list[UUID]) -> set[UUID]:
    return {row["event_id"] for row in await db.fetch(REMEMBER, name, ids)}
