"""Commands on forums and their sessions. Each runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.access import Caller
from chassis.db import Db
from chassis.event_log import Origin
from chassis.execute import Project, execute
from chassis.workflow.workdays import day_of
from contracts import Event
from intake.desk import Desk
from intake.domain import forum
from intake.domain.case import Case
from intake.domain.commands import FileCase, TakeStep
from intake.domain.values import listed
from intake.handlers.cases import file_case
from intake.handlers.matters import settle
from intake.handlers.places import check_registered
from intake.tables import forum_sessions, forums

DISCUSSED = "discussed"
"""The step of a case that was a matter of a session."""


@dataclass(frozen=True)
class Problem:
    """What somebody raised at a session, and the case that it becomes."""

    filed: FileCase
    texts: Mapping[str, str]
    receipt: str


@dataclass(frozen=True)
class Session:
    session_id: UUID
    participants: Mapping[str, int]
    """How many of each party."""
    at: datetime
    guideline: str | None = None
    minutes: str | None = None
    outcomes: Mapping[UUID, str] = field(default_factory=dict)
    """What came of each case that was a matter."""
    problems: Sequence[Problem] = ()


async def establish(
    db: Db, desk: Desk, command: forum.EstablishForum, name: str, by: Caller
) -> None:
    await check_registered(db, command.area)
    if command.brand:
        listed(desk.lists.brands, "brand", command.brand)
    await _change(db, command.forum_id, command, forums.project, by)
    await forums.keep_name(db, command.forum_id, name)


async def close(db: Db, forum_id: UUID, at: datetime, by: Caller) -> None:
    await _change(db, forum_id, forum.CloseForum(at), forums.project, by)


async def hold_session(
    db: Db, desk: Desk, place: forums.Forum, session: Session, by: Caller
) -> None:
    """The session, a step of each case that was its matter, and a case for each problem raised."""

    async def project(db: Db, events: Sequence[Event]) -> None:
        await forums.project(db, events)
        await forum_sessions.project(db, events)

    session_id, held = session.session_id, _held(desk, place.kind, session)
    await _change(db, place.forum_id, held, project, by)
    await forum_sessions.keep_participants(db, session_id, session.participants)
    if session.minutes:
        await desk.vault.put(db, {session_id: {"minutes": session.minutes}})

    def step(case: Case) -> TakeStep:
        forum.check_venue(place.kind, held.rules, case.position.values.get("venue"))
        fields = {"session": session_id, **forum.venue(place.kind, held.rules)}
        return TakeStep(DISCUSSED, by.roles, session.at, fields)

    await settle(db, desk, place.area, step, session.outcomes, by)
    for problem in session.problems:
        await _raise(db, desk, problem, by)
    begun = [(problem.filed.case_id, None) for problem in session.problems]
    await forum_sessions.add_matters(db, session_id, [*session.outcomes.items(), *begun])


def _held(desk: Desk, kind: str, session: Session) -> forum.HoldSession:
    for party in session.participants:
        listed(desk.lists.parties, "party", party)
    guideline = session.guideline
    return forum.HoldSession(
        session.session_id,
        listed(desk.lists.forum_kinds, "kind of forum", kind),
        session.participants,
        list(session.outcomes.values()),
        session.at,
        guideline,
        is_in_force=guideline is not None
        and listed(desk.lists.guidelines, "guideline", guideline).is_in_force(day_of(session.at)),
    )


async def _raise(db: Db, desk: Desk, problem: Problem, by: Caller) -> None:
    await file_case(
        db,
        desk,
        problem.filed,
        problem.texts,
        problem.receipt,
        origin=Origin(actor=by.actor),
        within=by.territory,
    )


async def _change(
    db: Db, forum_id: UUID, command: forum.Command, project: Project, by: Caller
) -> None:
    await execute(
        db,
        forum.decider,
        f"forum-{forum_id}",
        command,
        project=project,
        origin=Origin(actor=by.actor),
        within=by.territory,
    )
