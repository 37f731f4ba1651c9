"""How the stack is: what runs, what waits to be sent or heard, what lies dead."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asyncpg import Pool, PostgresError

from chassis.bus import Bus, BusRefused
from contracts import SERVICES, durable, heard, speakers_heard_by
from liuchi.bus import plan
from liuchi.connections import database, operator_bus
from liuchi.processes import StackError
from liuchi.service_process import ServiceProcess
from liuchi.stack import Stack

PATIENCE = timedelta(seconds=60)
"""What waits longer than this to be sent or handled is stuck."""

CONNECT_SECONDS = 3

WAITING = """
    SELECT count(*) AS backlog, min(recorded_at) AS oldest
      FROM outbox JOIN events USING (position)
"""

DEAD = "SELECT count(*) FROM dead_letters"

RELAYED = "SELECT coalesce(max(last_sequence), 0) FROM relayed"


@dataclass
class ServiceStatus:
    """None stands for what could not be asked."""

    name: str
    state: str
    """ready or not ready"""
    backlog: int | None = None
    relayed: int = 0
    """Sequence in its stream of the last event it put there."""
    lag: dict[str, int] = field(default_factory=dict)
    """Events not yet handled, by the speaker they come from."""
    dead_letters: int | None = None
    faults: list[str] = field(default_factory=list)


@dataclass
class Status:
    services: list[ServiceStatus]
    faults: list[str]
    """What is wrong with the servers."""

    def sentences(self) -> list[str]:
        """Everything that is wrong; empty when all is well."""
        named = [f"{one.name}: {fault}" for one in self.services for fault in one.faults]
        return [*self.faults, *named]


async def status(stack: Stack) -> Status:
    """Ask everything, and say what does not answer: nothing is raised."""
    services = {one.name: _ask_process(one) for one in stack.services}
    faults: list[str] = []
    for name in SERVICES:
        try:
            async with database(stack, name, CONNECT_SECONDS) as pool:
                await _ask_database(pool, services[name])
        except (StackError, PostgresError) as fault:
            services[name].faults.append(str(fault))
    try:
        async with operator_bus(stack, CONNECT_SECONDS) as bus:
            faults += [f"{item.name}: {item.state}" for item in await plan(bus) if item.is_wrong]
            for name in SERVICES:
                await _ask_bus(bus, services[name])
    except (StackError, BusRefused) as fault:
        faults.append(str(fault))
    return Status(list(services.values()), faults)


def _ask_process(process: ServiceProcess) -> ServiceStatus:
    lacks = process.lacks()
    if lacks is None:
        return ServiceStatus(process.name, "ready")
    return ServiceStatus(process.name, "not ready", faults=[lacks])


async def _ask_database(pool: Pool, service: ServiceStatus) -> None:
    row = await pool.fetchrow(WAITING)
    service.backlog = row["backlog"] if row else 0
    if row and row["oldest"] and _is_late(row["oldest"]):
        service.faults.append(f"an event has waited to be sent since {row['oldest']:%H:%M:%S}")
    service.relayed = await pool.fetchval(RELAYED)
    service.dead_letters = await pool.fetchval(DEAD)
    if service.dead_letters:
        service.faults.append("dead letters: see `liuchi dead-letters list`")


async def _ask_bus(bus: Bus, service: ServiceStatus) -> None:
    stored = (await bus.api(f"STREAM.INFO.{service.name}"))["state"]["last_seq"]
    if stored < service.relayed:
        lost = service.relayed - stored
        service.faults.append(f"the bus lost its last {lost} events: run `liuchi bus restore`")
    for speaker in speakers_heard_by(service.name):
        name = durable(service.name, speaker)
        try:
            consumer = await bus.api(f"CONSUMER.INFO.{speaker}.{name}")
        except BusRefused:
            continue  # the plan says that it is missing
        lag = consumer["num_pending"] + consumer["num_ack_pending"]
        service.lag[speaker] = lag
        if lag and await _is_stuck(bus, service.name, speaker, consumer["ack_floor"]["stream_seq"]):
            service.faults.append(f"{speaker} has not been heard for a minute")


async def _is_stuck(bus: Bus, listener: str, speaker: str, handled: int) -> bool:
    """Whether the oldest event not yet handled is late."""
    for event_type in heard(listener, speaker):
        if await _oldest_is_late(bus, speaker, handled, event_type):
            return True
    return False


async def _oldest_is_late(bus: Bus, stream: str, handled: int, event_type: str) -> bool:
    request = {"seq": handled + 1, "next_by_subj": f"{event_type}.>"}
    try:
        answer = await bus.api(f"STREAM.MSG.GET.{stream}", request)
    except BusRefused:
        return False
    return _is_late(datetime.fromisoformat(answer["message"]["time"]))


def _is_late(then: datetime) -> bool:
    return datetime.now(UTC) - then > PATIENCE
