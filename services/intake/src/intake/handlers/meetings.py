"""Commands on leaders' meetings. Each runs in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.access import Caller
from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY, execute
from chassis.workflow.workdays import day_of
from intake.desk import Desk
from intake.domain import meeting
from intake.domain.commands import TakeStep
from intake.handlers.matters import settle
from intake.handlers.places import check_registered
from intake.tables import meetings

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """What came of a meeting."""

    command: meeting.HoldMeeting
    cases: Mapping[UUID, str] = field(default_factory=dict)
    """What came of each case that was a matter."""
    minutes: str | None = None


async def schedule(db: Db, command: meeting.ScheduleMeeting, by: Caller) -> None:
    await check_registered(db, command.area)
    said = await _change(
        db, command.meeting_id, command, Origin(actor=by.actor), within=by.territory
    )
    if said:
        # Of one that is entered afterwards, it can be said on the same day that it was held.
        entered_on = day_of(datetime.now(UTC))
        recorded_until = max(command.on + timedelta(days=command.rules.days_to_record), entered_on)
        await meetings.keep_plan(db, command.meeting_id, command.leader, recorded_until + ONE_DAY)


async def put_on_roster(
    db: Db, month: meeting.ScheduleMeeting, leaders: Mapping[date, UUID], by: Caller
) -> None:
    """A meeting for each day; whoever stands on the roster for a day already stays there.

    `month` is what the meetings have in common.
    """
    sit_already = await meetings.leaders(db, month.kind, month.area, sorted(leaders))
    for on, leader in sorted(leaders.items()):
        command = replace(
            month, meeting_id=uuid7(), on=on, leader=leader, sits_already=sit_already.get(on)
        )
        await schedule(db, command, by)


async def hold(db: Db, desk: Desk, plan: meetings.Meeting, outcome: Outcome, by: Caller) -> None:
    """The meeting with its number, and a step of each case that was its matter."""
    meeting_id, command = plan.meeting_id, outcome.command
    if command.place:
        await check_registered(db, command.place)
    if command.rules.is_numbered:
        number = await meetings.next_number(db, plan.kind, plan.area)
        command = replace(command, number=number)
    await _change(db, meeting_id, command, Origin(actor=by.actor), within=by.territory)
    if command.place:
        await meetings.keep_place(db, meeting_id, command.place)
    if outcome.minutes:
        await desk.vault.put(db, {meeting_id: {"minutes": outcome.minutes}})
    if command.rules.step:
        step = TakeStep(command.rules.step, by.roles, command.at, {"meeting": meeting_id})
        await settle(db, desk, plan.area, lambda _: step, outcome.cases, by)
        await meetings.add_matters(db, meeting_id, outcome.cases.items())


async def forget_minutes(db: Db, desk: Desk, row: meetings.Meeting) -> None:
    """Raises Refused before it was held: whoever is forgotten can say nothing later."""
    if row.state == "scheduled":
        raise Refused("this meeting was not held yet, so nothing was said; call again when it was")
    await desk.vault.forget(db, [row.meeting_id])


async def miss(db: Db, meeting_id: UUID, at: datetime) -> None:
    """Said once: the second time, it is missed already."""
    await _change(db, meeting_id, meeting.MissMeeting(at))


async def _change(
    db: Db,
    meeting_id: UUID,
    command: meeting.Command,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> bool:
    """Whether it changed anything."""
    said = await execute(
        db,
        meeting.decider,
        f"meeting-{meeting_id}",
        command,
        project=meetings.project,
        origin=origin,
        within=within,
    )
    return bool(said)
