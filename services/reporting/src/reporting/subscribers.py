"""In from the bus: one listener for each speaker, all filling the same tables."""

from collections.abc import Callable, Sequence

from chassis import telemetry
from chassis.db import Db
from chassis.follow import follow
from chassis.listen import Listener
from chassis.pull import Message
from chassis.telemetry import log
from contracts import durable, speakers_heard_by
from reporting.metric_files import Metrics
from reporting.metric_rules import LISTENER
from reporting.projection import effects, store
from reporting.rules import Rules, compiled
from reporting.tables import generation
from reporting.tables.generation import Generation, differences


def listeners(shipped: Metrics, committed: Callable[[], None] | None = None) -> list[Listener]:
    """`shipped` is counted where nothing is yet; else what the live tables say they count."""
    return [
        follow(LISTENER, speaker, Projector(speaker, shipped), committed)
        for speaker in speakers_heard_by(LISTENER)
    ]


class Projector:
    """Counts by the definitions of the live tables, whichever they are when a batch begins."""

    def __init__(self, speaker: str, shipped: Metrics) -> None:
        self._name = durable(LISTENER, speaker)
        self._shipped = shipped
        self._known: Generation | None = None
        self._rules: Rules | None = None

    async def __call__(self, db: Db, messages: Sequence[Message]) -> None:
        rules = await self._live_rules(db)
        done = effects(messages, rules)
        await store(db, done, rules)
        for traceparent in done.traces:
            with telemetry.continued(traceparent, f"{self._name} counted"):
                pass  # the span is the message: here the trace of a request ends

    async def _live_rules(self, db: Db) -> Rules:
        live = await generation.take(db, self._known, self._shipped)
        if self._rules is None or live is not self._known:
            self._known, self._rules = live, compiled(live.metrics.values())
            if changed := differences(live.metrics, self._shipped):
                log.warning("metrics_differ", metrics=changed, remedy="run `liuchi rebuild`")
        return self._rules
