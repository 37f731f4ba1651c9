"""What a step must bring with it, and may: fields, numbers, references, an outcome. Pure."""

from collections.abc import Mapping
from uuid import UUID

from chassis.decider import Refused
from chassis.workflow.kind import Kind, Step, Value
from chassis.workflow.position import Position


def check(kind: Kind, position: Position, step: Step, fields: Mapping[str, object]) -> None:
    """Raise Refused for what is missing, is not on its list, or does not fit what is known."""
    missing = [name for name in step.needs if fields.get(name) in (None, "")]
    if missing:
        raise Refused("{step} needs {fields}", step=step.name, fields=missing)
    for name, values in kind.fields.items():
        value = fields.get(name)
        if value is not None and not (isinstance(value, str) and value in values):
            raise Refused(
                "{given!r} is no {field}; it is one of {values}",
                given=value,
                field=name,
                values=values,
            )
    for name, number in kind.numbers.items():
        value = fields.get(name)
        if value is not None and not (type(value) is int and number.least <= value <= number.most):
            raise _no_number(name, number.least, number.most)
    for name, reference in kind.refs.items():
        if not isinstance(fields.get(name), UUID | None):
            raise Refused("{field} is the id of a {record}", field=name, record=reference.to)
    _may_be_chosen(kind, position, step, fields)


def _may_be_chosen(
    kind: Kind, position: Position, step: Step, fields: Mapping[str, object]
) -> None:
    known = {**position.values, **{name: value for name, value in fields.items() if value}}
    for name, values in kind.fields.items():
        chosen = fields.get(name)
        if isinstance(chosen, str) and not _fits(values[chosen], known):
            raise Refused(
                "{field} {value} does not fit here; it is one of {values}",
                field=name,
                value=chosen,
                values=[each for each, value in values.items() if _fits(value, known)],
            )
    if step.climbs:
        _climbs_by_one(kind, position, step.climbs, fields[step.climbs], known)


def _fits(value: Value, known: Mapping[str, object]) -> bool:
    return all(known.get(name) == wanted for name, wanted in value.only.items())


def _climbs_by_one(
    kind: Kind, position: Position, field: str, to: object, known: Mapping[str, object]
) -> None:
    ladder = [name for name, value in kind.fields[field].items() if _fits(value, known)]
    now = position.values.get(field)
    above = ladder[ladder.index(now) + 1 :] if now in ladder else ladder
    if not above:
        raise Refused(
            "{field} stands at {value}, the last of {values}; it goes no further",
            field=field,
            value=now,
            values=ladder,
        )
    if to != above[0]:
        raise Refused(
            "{field} goes on to {value} from here, one after the other; it was {other_value}",
            field=field,
            value=above[0],
            other_value=to,
        )


def outcome_of(step: Step, fields: Mapping[str, object], outcome: str | None) -> str | None:
    """The one that was given, or that a rating comes to. Raise Refused for one it cannot have."""
    rating = step.rating
    if rating:
        value = fields[rating.field]
        if type(value) is not int or not 1 <= value <= rating.best:
            raise _no_number(rating.field, 1, rating.best)
        return "bad" if value <= rating.bad_up_to else "good"
    if outcome is None and not step.outcomes:
        return None
    if not step.outcomes:
        raise Refused("{step} has no outcomes; leave {given} out", step=step.name, given=outcome)
    if outcome not in step.outcomes:
        raise Refused(
            "the outcome of {step} is one of {outcomes}; it was {outcome}",
            step=step.name,
            outcomes=step.outcomes,
            outcome=outcome,
        )
    return outcome


def _no_number(field: str, least: int, most: int) -> Refused:
    return Refused(
        "{field} is a whole number from {least} to {most}", field=field, least=least, most=most
    )
