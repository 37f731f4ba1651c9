"""What an operator asks a service: how far behind it is, and what it could not handle."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from nats.errors import Error as NatsError
from pydantic import BaseModel

from chassis import dead_letters
from chassis.access import allow
from chassis.bus import BusRefused
from chassis.db import Db
from chassis.dead_letters import DeadLetter
from chassis.listen import Listener
from chassis.outbox import relay
from chassis.service import Here, Service
from chassis.web.cursor import Cursor, Page

router = APIRouter(prefix="/v1", tags=["operations"], dependencies=[allow("operator")])

LETTERS = Cursor(tuple[int])


class Lag(BaseModel):
    durable: str
    behind: int | None
    """Messages not handled yet; null while the bus does not answer."""


class Status(BaseModel):
    service: str
    outbox: int
    relay_fault: str | None
    listeners: list[Lag]
    dead_letters: int


class Letter(BaseModel):
    id: int
    durable: str
    sequence: int
    subject: str
    error: str
    attempts: int
    buried_at: datetime


class WholeLetter(Letter):
    body: str
    traceback: str


@router.get("/status")
async def status(here: Here) -> Status:
    async with here.connection() as db:
        waiting, buried = await db.fetchval(relay.BACKLOG), await db.fetchval(dead_letters.COUNT)
    return Status(
        service=here.name,
        outbox=waiting,
        relay_fault=here.relay.fault,
        listeners=[await _lag(here, listener) for listener in here.listeners],
        dead_letters=buried,
    )


@router.get("/dead-letters")
async def list_dead_letters(
    here: Here, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> Page[Letter]:
    (after,) = LETTERS.read(cursor) or (0,)
    async with here.connection() as db:
        letters = await dead_letters.list_after(db, after, limit + 1)
    return LETTERS.page(letters, limit, lambda row: (row.id,), _letter)


@router.get("/dead-letters/{letter_id}")
async def show_dead_letter(here: Here, letter_id: int) -> WholeLetter:
    async with here.connection() as db:
        letter = await dead_letters.show(db, letter_id)
    if letter is None:
        raise _no_letter(letter_id)
    return WholeLetter.model_validate(letter)


@router.post("/dead-letters/{letter_id}/replay", status_code=204)
async def replay_dead_letter(here: Here, letter_id: int) -> None:
    """Handle it again. When it fails again it stays, and the fault is the answer (500)."""

    async def replay(db: Db) -> bool:
        return await dead_letters.replay(db, letter_id, here.listeners)

    if not await here.transact(replay):
        raise _no_letter(letter_id)


@router.delete("/dead-letters/{letter_id}", status_code=204)
async def drop_dead_letter(here: Here, letter_id: int) -> None:
    async with here.connection() as db:
        if not await dead_letters.drop(db, letter_id):
            raise _no_letter(letter_id)


async def _lag(here: Service, listener: Listener) -> Lag:
    try:
        info = await here.bus.api(f"CONSUMER.INFO.{listener.stream}.{listener.durable}")
    except (NatsError, BusRefused, TimeoutError):
        return Lag(durable=listener.durable, behind=None)
    return Lag(durable=listener.durable, behind=info["num_pending"] + info["num_ack_pending"])


def _letter(row: DeadLetter) -> Letter:
    return Letter(**asdict(row))


def _no_letter(letter_id: int) -> HTTPException:
    return HTTPException(404, f"There is no dead letter {letter_id}: list those that wait.")
