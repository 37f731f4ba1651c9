"""Commands on channels. Each runs in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY, execute
from intake.domain import channel
from intake.handlers import observers as observing
from intake.handlers.places import check_registered
from intake.tables import channels, observers
from intake.tables.channels import Channel, Opening


async def open_channel(
    db: Db,
    command: channel.OpenChannel,
    name: str,
    address: str | None,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Raises Refused for a place that is not in the register, too."""
    await check_registered(db, command.area)
    await _change(db, command.channel_id, command, origin, within)
    await channels.word(db, command.channel_id, name, address, sorted(command.functions))


async def close_channel(
    db: Db,
    channel_id: UUID,
    at: datetime,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Its observers are released before. The caller holds it (`channels.hold`)."""
    for observer_id in await observers.appointed_to(db, channel_id):
        await observing.release_observer(db, observer_id, at, origin=origin, within=within)
    await _change(db, channel_id, channel.CloseChannel(at), origin, within)


async def log_opening(db: Db, box: Channel, kind: channel.ChannelKind, opening: Opening) -> None:
    """Raises Refused for what is no letter box, or is one no more."""
    if not kind.has_letters:
        raise Refused(f"nobody puts letters into a {box.kind}; open a letter box")
    if not box.is_open:
        raise Refused("this box is closed; what was in it was logged before")
    await channels.log_opening(db, opening)


async def _change(
    db: Db, channel_id: UUID, command: channel.Command, origin: Origin, within: str
) -> None:
    await execute(
        db,
        channel.decider,
        f"channel-{channel_id}",
        command,
        project=channels.project,
        origin=origin,
        within=within,
    )
