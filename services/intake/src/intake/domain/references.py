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
        raise Refused(
            "{field} is no {record} on record; look for its id in the list of those",
            field=name,
            record=wanted.to,
        )
    if wanted.kinds and record.kind not in wanted.kinds:
        raise Refused(
            "{field} is a {sort}; it has to be one of {sorts}",
            field=name,
            sort=record.kind,
            sorts=wanted.kinds,
        )
    if not record.is_open:
        raise Refused(
            "the {record} {field} names is closed; name one that is open",
            record=wanted.to,
            field=name,
        )
    if not _is_near(record.area, area):
        raise Refused(
            "the {record} {field} names is for {its_area}, not for {area}",
            record=wanted.to,
            field=name,
            its_area=record.area,
            area=area,
        )


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
            raise Refused(
                "{field} is {value}, for that is what {other_field} is; leave it out",
                field=field,
                value=of_kind,
                other_field=name,
            )
        known[field] = of_kind
    return known


def _is_near(one: str, other: str) -> bool:
    """In the same county, or one around the other."""
    shared = min(len(territory(one)), len(territory(other)), COUNTY)
    return one[:shared] == other[:shared]
