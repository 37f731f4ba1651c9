"""Notes beside a case, for those who work on it. They are read with what the resident told."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.access import Known, allow
from chassis.db import Db
from chassis.service import Here
from chassis.web.asked import Body, Words
from chassis.web.idempotency import Key, once
from intake.api.cases import found_for
from intake.desk import AtDesk, Desk
from intake.tables import notes


class NewNote(Body):
    text: Annotated[Words, Field(max_length=5000)]
    """Kept sealed."""


class NoteKept(BaseModel):
    note_id: UUID


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["cases"], dependencies=[allow(*sorted(desk.handlers))])
    router.post("/v1/cases/{case_id}/notes", status_code=201, response_model=NoteKept)(write_note)
    return router


async def write_note(
    here: Here, desk: AtDesk, caller: Known, key: Key, case_id: UUID, body: NewNote
) -> Response:
    """Beside the case whatever its step, also when it has ended."""
    note_id, at = uuid7(), datetime.now(UTC)

    async def run(db: Db) -> Response:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        await notes.keep(db, note_id, case_id, at, caller.actor)
        await desk.vault.put(db, {case_id: {notes.field(note_id): body.text}})
        return JSONResponse({"note_id": str(note_id)}, 201)

    return await once(here, key, run)
