"""Commands on two cases at a time: joining, splitting, linking, forgetting copies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY
from intake.desk import Desk
from intake.domain.commands import FileCase, JoinInto, LinkTo
from intake.handlers.cases import change_case, file_case
from intake.tables import attachments, cases, likenesses, links

Onward = Literal["leads_to", "has_part"]

MATTER = ("text", "address", "point", "media_url")
PERSON = ("name", "phone", "email")
"""Of what may be told with a case: what it is about, and who told it."""


@dataclass(frozen=True)
class SplitOff:
    """What a case has as a part, or leads to."""

    filing: FileCase
    relation: Onward
    joins: bool
    """The new one stands for the old one from now on."""
    text: str | None
    """None: the words of the old one."""


async def join(
    db: Db,
    desk: Desk,
    case_id: UUID,
    into: UUID,
    at: datetime,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """`into` is no case that joined another one: see `standing`.

    Raises Refused, OutsideArea, HistoryMoved.
    """
    mine, other = await _kind_of(db, case_id), await _kind_of(db, into)
    if into != case_id:
        joined_by = LinkTo("joined_by", case_id, mine, at)
        await change_case(db, desk, into, joined_by, origin=origin, within=within)
    command = JoinInto(into, other, at)
    await change_case(db, desk, case_id, command, origin=origin, within=within)


async def join_own(db: Db, desk: Desk, filed: FileCase, into: UUID) -> None:
    """Whoever files a case may join what they were offered: of the same kind, and around there.

    Raises Refused for any other.
    """
    stands = await standing(db, into)
    other = await cases.what_is(db, stands)
    is_offered = filed.kind in desk.duplicates_offered
    is_like_it = other and (other["kind"], other["area"][:9]) == (filed.kind, filed.area[:9])
    if not (is_offered and is_like_it):
        raise Refused(
            "case {case} is none of the likely duplicates of this one; join one of those, or leave"
            " joins out",
            case=into,
        )
    await join(db, desk, filed.case_id, stands, filed.at)


async def standing(db: Db, case_id: UUID) -> UUID:
    """The case that stands for this one: itself, unless it joined another."""
    found = await links.stands_in(db, case_id)
    return found[0] if found else case_id


async def link(
    db: Db,
    desk: Desk,
    case_id: UUID,
    relation: Onward,
    to_case: UUID,
    at: datetime,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Both say so. Raises Refused, OutsideArea, HistoryMoved."""
    if case_id == to_case:
        raise Refused("a case leads not to itself; name the other one of the two")
    mine, other = await _kind_of(db, case_id), await _kind_of(db, to_case)
    back = LinkTo("comes_from" if relation == "leads_to" else "part_of", case_id, mine, at)
    await change_case(db, desk, to_case, back, origin=origin, within=within)
    onward = LinkTo(relation, to_case, other, at)
    await change_case(db, desk, case_id, onward, origin=origin, within=within)


async def split(
    db: Db, desk: Desk, case_id: UUID, off: SplitOff, actor: str, *, origin: Origin, within: str
) -> None:
    """File the new case, link both, and copy what was told where nothing else is.

    Raises Refused, OutsideArea, HistoryMoved.
    """
    filing = off.filing
    await desk.vault.hold(db, [case_id])
    texts = {"text": off.text} if off.text else await _copied(db, desk, case_id, off.joins, actor)
    await file_case(db, desk, filing, texts, None, origin=origin, within=within)
    await link(
        db, desk, case_id, off.relation, filing.case_id, filing.at, origin=origin, within=within
    )
    if off.joins:
        await join(db, desk, case_id, filing.case_id, filing.at, origin=origin, within=within)
    if off.joins or not off.text:
        await links.share_texts(db, case_id, filing.case_id)


async def forget(db: Db, desk: Desk, told_id: UUID) -> None:
    """What was told with the case or the observation, every copy of it, and what could tell that
    it was told.
    """
    told: list[UUID] = []
    while (sharing := await links.sharing(db, told_id)) != told:  # one was copied meanwhile
        told = sharing
        await desk.vault.hold(db, told)
    await desk.vault.forget(db, told)
    await likenesses.forget(db, told)
    await attachments.forget(db, told)


async def _copied(db: Db, desk: Desk, case_id: UUID, with_name: bool, actor: str) -> dict[str, str]:
    """Who works on a part need not know whose matter it is."""
    fields = (*MATTER, *PERSON) if with_name else MATTER
    people = await desk.vault.read(db, [case_id], fields, purpose="split", actor=actor)
    if case_id not in people or people[case_id].forgotten_at:
        raise Refused("what was told with this case is forgotten; write a text for the new one")
    return people[case_id].texts


async def _kind_of(db: Db, case_id: UUID) -> str:
    row: Record | None = await cases.what_is(db, case_id)
    if row is None:
        raise Refused("there is no case {case}; look for it in the list of cases", case=case_id)
    kind: str = row["kind"]
    return kind
