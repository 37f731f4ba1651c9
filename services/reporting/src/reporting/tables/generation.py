"""Which generation of the tables is live, and the definitions of the metrics it counts."""

from typing import NamedTuple

from chassis.db import Db
from reporting.metric import Metric
from reporting.metric_files import Metrics

# Held until the batch commits: the switch waits for it, and it for the switch. The commit need not
# wait for the disk: what a crash takes back, checkpoint and all, is read from the stream again.
SHARE = """
    SELECT number, set_config('synchronous_commit', 'off', true) FROM generation FOR SHARE
"""

ALONE = "SELECT number FROM generation FOR UPDATE"

ADVANCE = "UPDATE generation SET number = number + 1 RETURNING number"

NUMBER = "SELECT number FROM generation"

DEFINED = "SELECT body FROM definitions ORDER BY metric"

# Only into an empty table: what is there is what the facts were counted by.
DEFINE = """
    INSERT INTO definitions (metric, version, body)
    SELECT * FROM unnest($1::text[], $2::int[], $3::text[])
     WHERE NOT EXISTS (SELECT FROM definitions)
    ON CONFLICT DO NOTHING
"""


class Generation(NamedTuple):
    number: int
    metrics: Metrics


async def take(db: Db, known: Generation | None, shipped: Metrics) -> Generation:
    """Begin a batch of events: the live generation cannot change until the transaction ends."""
    number = await db.fetchval(SHARE)
    if known and known.number == number:
        return known
    if metrics := await defined(db):
        return Generation(number, metrics)
    await define(db, shipped)
    return Generation(UNSURE, shipped)


async def look(db: Db, known: Generation | None, shipped: Metrics) -> Generation:
    number = await db.fetchval(NUMBER)
    if known and known.number == number:
        return known
    if metrics := await defined(db):
        return Generation(number, metrics)
    return Generation(UNSURE, shipped)


UNSURE = 0
"""No generation's number: the definitions are not committed yet, so look again next time."""


async def define(db: Db, metrics: Metrics) -> None:
    """Say what these tables count, unless something is said already."""
    await db.execute(
        DEFINE,
        list(metrics),
        [metric.version for metric in metrics.values()],
        [metric.model_dump_json() for metric in metrics.values()],
    )


async def defined(db: Db) -> Metrics:
    metrics = [Metric.model_validate_json(row["body"]) for row in await db.fetch(DEFINED)]
    return {metric.id: metric for metric in metrics}


def differences(counted: Metrics, shipped: Metrics) -> list[str]:
    """Ids of the metrics a rebuild would count anew, begin or cease to count."""
    ids = counted.keys() | shipped.keys()
    return sorted(one for one in ids if counted.get(one) != shipped.get(one))
