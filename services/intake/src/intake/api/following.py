"""A case as whoever filed it sees it by their receipt, also when another one stands for it now."""

from dataclasses import dataclass
from datetime import UTC, datetime

from asyncpg import Record
from fastapi import HTTPException

from chassis.db import Db
from chassis.sealed.vault import Person
from intake import handlers
from intake.api.views import (
    RESIDENT,
    Bilingual,
    Found,
    Passed,
    ReceiptView,
    Reply,
    Said,
    choices,
    dues,
    find,
    in_both,
    passed,
)
from intake.desk import Desk
from intake.domain.titles import kind_title, step_title, value_title
from intake.tables import areas, links, notices


@dataclass(frozen=True)
class Followed(Found):
    """The case that a receipt leads to: where the filed one was made into another, that one."""

    own: Found
    """The one that was filed."""
    standing: Found | None
    """Somebody else's of the same matter, which it has joined."""


async def find_by_code(db: Db, desk: Desk, receipt: str) -> Followed:
    """Raises a 404 when no case has the code."""
    case_id = await handlers.cases.find_by_receipt(db, desk, receipt)
    own = None if case_id is None else await find(db, desk, case_id)
    if own is None:
        raise HTTPException(404, "No case has this receipt code: check its letters and digits.")
    joined = await links.stands_in(db, own.case.case_id) if own.case.joined else None
    other = await find(db, desk, joined[0]) if joined else None
    if joined is None or other is None:
        return Followed(own.kind, own.case, own.history, own, None)
    _, is_same_person = joined
    if is_same_person:
        return Followed(other.kind, other.case, other.history, own, None)
    return Followed(own.kind, own.case, own.history, own, other)


async def shown(db: Db, desk: Desk, found: Followed) -> ReceiptView:
    """How far it has come: where another case stands for it, how far that one has."""
    own, ahead = found.own, found.standing or found
    case = ahead.case
    now_allowed = choices(found.kind, found.case, datetime.now(UTC), {RESIDENT})
    return ReceiptView(
        kind_title=kind_title(own.kind, own.case.kind),
        area_name=await areas.name_of(db, own.case.area),
        filed_at=own.case.filed_at,
        step=case.stands_at,
        step_title=step_title(ahead.kind, case.stands_at),
        is_open=case.is_open,
        has_joined=own.case.joined is not None,
        steps=_steps(own, ahead),
        due=dues(ahead.kind, case),
        allowed=[choice for choice in now_allowed if RESIDENT in choice.by],
        satisfaction=found.case.satisfaction,
        fields=_fields(own),
        told=[_said(row) for row in await notices.of(db, own.case.case_id)],
        replies=[*await _replies(db, desk, own), *await _replies_since(db, desk, found)],
    )


def _fields(own: Found) -> dict[str, Bilingual]:
    values = own.case.position.values
    seen = (name for name in own.kind.filer_sees if name in values)
    return {name: value_title(own.kind, name, values[name]) for name in seen}


def _steps(own: Found, ahead: Found) -> list[Passed]:
    """Its own, and from when it joined those of the other one."""
    mine = passed(own)
    if own.case.case_id == ahead.case.case_id:
        return mine
    joined_at: datetime = mine[-1].at
    return [*mine, *(step for step in passed(ahead) if step.at > joined_at)]


async def _replies_since(db: Db, desk: Desk, found: Followed) -> list[Reply]:
    """Of the case that the filed one was made into; somebody else's are not theirs to read."""
    is_same = found.case.case_id == found.own.case.case_id
    return [] if is_same else await _replies(db, desk, found)


async def _replies(db: Db, desk: Desk, found: Found) -> list[Reply]:
    """That they were read is written down, as of every text."""
    titles = {name: in_both(text.title) for name, text in found.kind.texts.items() if text.is_told}
    if not titles:
        return []
    stored = {
        f"{name}_{envelope.version}": (title, envelope.event.time)
        for envelope in found.history
        for name, title in titles.items()
    }
    case_id = found.case.case_id
    people = await desk.vault.read(db, [case_id], list(stored), purpose="following", actor=RESIDENT)
    texts = people.get(case_id, Person()).texts
    return [
        Reply(title=title, text=texts[name], at=at)
        for name, (title, at) in stored.items()
        if name in texts
    ]


def _said(row: Record) -> Said:
    return Said(words=Bilingual(zh=row["zh"], en=row["en"]), at=row["at"])
