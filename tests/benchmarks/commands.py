"""Creating commands through execute() against the same SQL by bare asyncpg."""

from uuid import uuid4

from chassis.execute import execute
from contracts import Envelope, nats_subject
from tests.benchmarks.measure import Ratio, at_once, per_second, rates
from tests.benchmarks.world import World
from tests.integration.chassis.teams import Form, decider, formed, stream

CONNECTIONS = 8
COUNT = 4000

BARE = """
    WITH recorded AS (
        INSERT INTO events (stream, version, id, subject, body)
        SELECT * FROM unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[])
        RETURNING position
    )
    INSERT INTO outbox (position) SELECT position FROM recorded
"""


async def commands(world: World) -> Ratio:
    async with world.database("volunteer") as pool:
        body = Envelope(uuid4(), "team-1", 1, formed(uuid4())).to_json().decode()
        subject = nats_subject(formed(uuid4()))

        async def command() -> None:
            team_id = uuid4()
            async with pool.acquire() as db:
                await execute(db, decider, stream(team_id), Form(team_id), creates=True)

        async def bare() -> None:
            team_id = uuid4()
            async with pool.acquire() as db:
                await db.execute(BARE, [stream(team_id)], [1], [team_id], [subject], [body])

        ours, yardstick = await rates(
            lambda: per_second(lambda: at_once(CONNECTIONS, command, COUNT)),
            lambda: per_second(lambda: at_once(CONNECTIONS, bare, COUNT)),
        )
    return Ratio("commands: execute() ÷ bare asyncpg", "commands/s", ours, yardstick, 0.70, 0.90)
