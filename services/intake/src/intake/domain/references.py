"""What a case may refer to: topics, sessions, meetings, mediators, channels, items of lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from chassis.access import territory
from chassis.decider import Refused
from chassis.workflow.kind import Kind

COUNTY = 6
"""Digits of an area code."""


@dataclass(frozen=True)
class Record:
    what: str
    kind: str
    area: str
    is_open: bool


def named(kind: Kind, fields: Mapping[str, object]) -> dict[str, UUID]:
    """The references among what a step brings, by name."""
    return {name: value for name in kind.refs if isinstance(value := fields.get(name), UUID)}


def check(kind: Kind, area: str, name: str, record: Record | None) -> None:
    """Raise Refused unless the record is what the kind's file asks for, open and near the case."""
    wanted = kind.refs[name]
    if record is None or record.what != wanted.to:
        raise Refused(f"{name} is no {wanted.to} on record; look for its id in the list of those")
    if wanted.kinds and record.kind not in wanted.kinds:
        raise Refused(f"{name} is a {record.kind}; it has to be one of {', '.join(wanted.kinds)}")
    if not record.is_open:
        raise Refused(f"the {wanted.to} {name} names is closed; name one that is open")
    if not _is_near(record.area, area):
        raise Refused(f"the {wanted.to} {name} names is for {record.area}, not for {area}")


def brought(
    kind: Kind, fields: Mapping[str, object], records: Mapping[UUID, Record]
) -> dict[str, str]:
    """What the records themselves bring to a step that names them: their kinds, where listed.

    Raise Refused where the step brings something else.
    """
    known: dict[str, str] = {}
    for name, record_id in named(kind, fields).items():
        field, of_kind = kind.refs[name].brings, records[record_id].kind
        if field is None or of_kind not in kind.fields[field]:
            continue
        if fields.get(field) not in (None, of_kind):
            raise Refused(f"{field} is {of_kind}, for that is what {name} is; leave it out")
        known[field] = of_kind
    return known


def _is_near(one: str, other: str) -> bool:
    """In the same county, or one around the other."""
    shared = min(len(territory(one)), len(territory(other)), COUNTY)
    return one[:shared] == other[:shared]
