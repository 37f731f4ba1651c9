"""Commands on topics. Each runs in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from chassis.db import Db
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY, execute
from intake.domain import topic
from intake.handlers.places import check_registered
from intake.tables import topics


async def publish_topic(
    db: Db,
    command: topic.PublishTopic,
    title: str,
    description: str | None,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Raises Refused for a place that is not in the register, too."""
    await check_registered(db, command.area)
    await change_topic(db, command.topic_id, command, origin=origin, within=within)
    await topics.word(db, command.topic_id, title, description)


async def end_topic(db: Db, topic_id: UUID, at: datetime) -> None:
    await change_topic(db, topic_id, topic.EndTopic(at))


async def change_topic(
    db: Db,
    topic_id: UUID,
    command: topic.Command,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    await execute(
        db,
        topic.decider,
        f"topic-{topic_id}",
        command,
        project=topics.project,
        origin=origin,
        within=within,
    )
