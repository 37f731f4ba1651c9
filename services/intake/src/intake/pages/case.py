"""One case for those who work on it: what may be done with it by forms, what was told of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from chassis.decider import Refused
from chassis.pages.posted import Posted, Typed, with_file
from chassis.pages.rendering import Spoken
from chassis.pages.signing_in import AllowByCookie
from chassis.web.etag import Moved, Seen
from chassis.web.idempotency import Reused
from intake.api import steps
from intake.api.attachments import attach_to_case, read_content
from intake.api.cases import read_texts
from intake.api.notes import NewNote, write_note
from intake.api.steps import Extension, Pausing, StepToTake, Wish
from intake.desk import Desk
from intake.pages.case_page import PURPOSES, Said, Visit, Visited
from intake.pages.forms import brought, checked, file_fault, once_for
from intake.pages.reasons import reason_of


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/cases/{case_id}", route_class=Spoken, include_in_schema=False)
    seeing = [Depends(AllowByCookie(*sorted(desk.roles)))]
    handling = [Depends(AllowByCookie(*sorted(desk.handlers)))]
    router.get("", dependencies=seeing)(show)
    router.post("/texts", dependencies=handling)(read)
    router.post("/steps", dependencies=handling)(take_step)
    router.post("/notes", dependencies=handling)(write)
    router.post("/clock", dependencies=handling)(change_clock)
    router.post("/files", dependencies=handling)(attach)
    router.post("/files/{attachment_id}", dependencies=handling)(download)
    return router


async def show(visit: Visited) -> Response:
    return await visit.drawn(await visit.found())


async def read(visit: Visited, posted: Posted) -> Response:
    """What was told, for a purpose that is written down with who read it."""
    found = await visit.found()
    purpose = PURPOSES.get(posted.get("purpose", ""))
    if purpose is None:
        return await visit.drawn(found, Said(fault=visit.say["fault"]["purpose"]), 422)
    told = await read_texts(visit.here, visit.desk, visit.caller, visit.case_id, purpose)
    return await visit.drawn(found, Said(told=told, purpose=purpose))


async def download(visit: Visited, attachment_id: UUID, posted: Posted) -> Response:
    """A file, for a purpose that is written down with who read it."""
    purpose = PURPOSES.get(posted.get("purpose", ""))
    if purpose is None:
        fault = visit.say["fault"]["purpose"]
        return await visit.drawn(await visit.found(), Said(fault=fault), 422)
    return await read_content(
        visit.here, visit.desk, visit.caller, visit.case_id, attachment_id, purpose
    )


async def attach(visit: Visited) -> Response:
    found = await visit.found()
    posted = await with_file(visit.request)
    if fault := file_fault(posted.content, visit.say):
        return await visit.drawn(found, Said(fault=fault), 422)
    key = once_for(visit.request, posted.typed)
    attached = attach_to_case(
        visit.here, visit.desk, visit.caller, key, visit.case_id, posted.content
    )
    return await _done(visit, attached, Said())


async def write(visit: Visited, posted: Posted) -> Response:
    """A note with no step."""
    text = posted.get("note", "")
    if not text:
        said = Said(fault=visit.say["fault"]["missing"])
        return await visit.drawn(await visit.found(), said, 422)
    key = once_for(visit.request, posted)
    said = Said(note=text)
    try:
        note = NewNote(text=text)
    except ValidationError:
        said = replace(said, fault=visit.say["fault"]["form"])
        return await visit.drawn(await visit.found(), said, 422)
    written = write_note(visit.here, visit.desk, visit.caller, key, visit.case_id, note)
    return await _done(visit, written, said)


async def take_step(visit: Visited, posted: Posted) -> Response:
    found = await visit.found()
    name = posted.get("step", "")
    if not found.kind.has(name):
        raise HTTPException(422, "There is no such step.")
    fields = visit.fields(found, found.kind.step(name), await visit.records(found))
    form = checked(fields, posted, visit.say)
    if form.faults:
        return await visit.drawn(found, Said(step=name, form=form), 422)
    values = brought(form)
    texts = {text: str(values.pop(text)) for text in found.kind.texts if text in values}
    note = {"note": posted["note"]} if "note" in posted else {}
    said = Said(step=name, form=form)
    try:
        body = StepToTake.model_validate({**values, **note, "step": name, "texts": texts})
    except ValidationError:
        return await visit.drawn(found, replace(said, fault=visit.say["fault"]["form"]), 422)

    async def take(wish: Wish) -> Response:
        return await steps.take_step(wish, body)

    return await _granted(visit, posted, take, said)


async def change_clock(visit: Visited, posted: Posted) -> Response:
    """Give a step more time, or let none count for a while."""
    found = await visit.found()
    try:
        command = _clock_command(visit, posted)
    except ValidationError:
        return await visit.drawn(found, Said(fault=visit.say["fault"]["span"]), 422)
    return await _granted(visit, posted, command, Said())


def _clock_command(visit: Visit, posted: Typed) -> Callable[[Wish], Awaitable[Response]]:
    """Raises ValidationError for a span of time that is none."""
    noted = {"note": posted["note"]} if "note" in posted else {}
    match posted.get("change"):
        case "extend":
            by = f"{posted.get('count', '')} {posted.get('unit', '')}"
            more = Extension.model_validate({**noted, "step": posted.get("step"), "by": by})
            return lambda wish: steps.extend_deadline(wish, more)
        case "suspend":
            pausing = Pausing.model_validate(noted)
            return lambda wish: steps.suspend_clock(wish, pausing)
        case "resume":
            resuming = Pausing.model_validate(noted)
            return lambda wish: steps.resume_clock(wish, resuming)
    raise HTTPException(422, "A clock is extended, suspended or resumed.")


async def _granted(
    visit: Visit, posted: Typed, command: Callable[[Wish], Awaitable[Response]], said: Said
) -> Response:
    """Once for each form that was drawn, and only on the version that it was drawn of."""
    seen = Seen(frozenset({f'"{posted.get("version", "")}"'}))
    key = once_for(visit.request, posted)
    wish = Wish(visit.request, visit.caller, visit.here, visit.desk, visit.case_id, seen, key)
    return await _done(visit, command(wish), said)


async def _done(visit: Visit, command: Awaitable[Response], said: Said) -> Response:
    """What cannot be is told beside what was typed."""
    fault = visit.say["fault"]
    try:
        await command
    except Moved:
        return await visit.drawn(await visit.found(), replace(said, fault=fault["moved"]), 412)
    except Refused as refused:
        found = await visit.found()
        why = reason_of(refused, visit.desk, found.kind, visit.say)
        return await visit.drawn(found, replace(said, refused=why), 409)
    except Reused:
        return await visit.drawn(await visit.found(), replace(said, fault=fault["again"]), 422)
    return RedirectResponse(f"/cases/{visit.case_id}?done=1", 303)
