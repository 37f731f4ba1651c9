"""What a form offers where a case may refer to something on record."""

from collections.abc import Iterable

from asyncpg import Record

from chassis.db import Db
from chassis.pages.speech import Speech
from chassis.workflow.kind import Kind
from intake.desk import Desk
from intake.lists import Lists
from intake.pages.forms import Option, Records
from intake.tables import referable

MOST = 50
"""The newest; who means an older one names it by its id, over the API."""

LISTS = {
    "topic": "themes",
    "meeting": "meeting_kinds",
    "session": "forum_kinds",
    "forum": "forum_kinds",
    "mediator": "mediator_kinds",
    "channel": "channel_kinds",
}
"""Where the kinds of what is on record have their titles."""


async def offered(
    db: Db, desk: Desk, kind: Kind, names: Iterable[str], area: str, say: Speech
) -> Records:
    """By the name of a reference, what is open and near the place."""
    found = {}
    for name in names:
        wanted = kind.refs[name]
        rows = await referable.near(db, wanted.to, wanted.kinds, area, MOST)
        found[name] = [_option(desk.lists, wanted.to, row, say) for row in rows]
    return found


def _option(lists: Lists, what: str, row: Record, say: Speech) -> Option:
    titles = getattr(lists, LISTS.get(what, ""), {})
    kind = say(titles[row["kind"]].title) if row["kind"] in titles else row["kind"]
    named = row["title"] or f"…{str(row['id'])[-6:]}"
    return Option(str(row["id"]), " · ".join(filter(None, (named, kind, row["area_name"]))))
