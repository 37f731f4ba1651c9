"""Projections: read models in step with a stream, checkpoint and effects in one transaction."""

from collections.abc import Callable

from chassis.listen import Handle, Listener
from contracts import durable, heard

BATCH = 5000


def follow(
    listener: str, speaker: str, project: Handle, committed: Callable[[], None] | None = None
) -> Listener:
    """`project` gets up to 5,000 messages in order. It decodes; a message it cannot read alone
    becomes a dead letter. `committed` is called after each commit."""
    subjects = [f"{event_type}.>" for event_type in heard(listener, speaker)]
    return Listener(speaker, durable(listener, speaker), subjects, project, BATCH, committed, True)
