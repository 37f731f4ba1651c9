"""What a kind's file may not say, each as a sentence with the remedy."""

from collections.abc import Iterator

from chassis.workflow.kind import ANY, Kind, Step


def wrongs(kind: Kind) -> Iterator[str]:
    """One sentence for each thing wrong; none for a kind that can be run."""
    names = [step.name for step in kind.steps]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"step {name} stands in the file {names.count(name)} times; give each its own name"
    if kind.steps[0].at_once:
        yield f"step {names[0]} is the first: somebody takes it, so it cannot be at_once"
    for step in kind.steps:
        yield from (f"step {step.name}: {wrong}" for wrong in _wrongs_of_step(kind, step))
    for name in sorted(set(names) - _reached(kind)):
        yield f"step {name} cannot be reached; name it in the `next` of another step"
    yield from _wrong_names(kind)
    for field, values in kind.fields.items():
        for name, value in values.items():
            for other, wanted in value.only.items():
                if wanted not in kind.fields.get(other, {}):
                    yield f"{field} {name} is only for {other} {wanted}, which is not listed"
            for other, suggested in value.suggests.items():
                if suggested not in kind.fields.get(other, {suggested: value}):
                    yield f"{field} {name} suggests {other} {suggested}, which is not listed"


def _wrong_names(kind: Kind) -> Iterator[str]:
    sorts = (kind.fields, kind.numbers, kind.refs, kind.texts)
    names = [name for sort in sorts for name in sort]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} is declared as two things; give each its own name"
    for name, number in kind.numbers.items():
        if number.least > number.most:
            yield f"number {name} is at least {number.least} and at most {number.most}: none is"
    for name, reference in kind.refs.items():
        if reference.brings and reference.brings not in kind.fields:
            brings = reference.brings
            yield f"{name} brings {brings}, which has no list; add [field.{brings}.…]"
    for name in kind.filer_adds:
        if name not in {*kind.fields, *kind.numbers, *kind.refs}:
            yield f"`filer_adds` names {name}, which is no list, number or reference of it"
    for name in kind.filer_sees:
        if name not in kind.fields:
            yield f"`filer_sees` names {name}, which has no list; add [field.{name}.…]"
    if kind.gate and kind.gate.step not in kind.after(kind.steps[0].name):
        yield f"the gate leads to {kind.gate.step}; name it in the `next` of the first step"
    if kind.gate and not kind.has(kind.gate.forbids):
        yield f"the gate forbids {kind.gate.forbids}, which is no step"


def _wrongs_of_step(kind: Kind, step: Step) -> Iterator[str]:
    yield from _unknown_names(kind, step)
    yield from _wrong_takers(kind, step)
    yield from _wrong_outcomes(step)
    yield from _wrong_choices(kind, step)
    yield from _wrong_clock(kind, step)
    yield from _wrong_wait(kind, step)


def _reached(kind: Kind) -> set[str]:
    seen: set[str] = set()
    waiting = {kind.steps[0].name}
    while waiting:
        seen |= waiting
        known = filter(kind.has, waiting)
        waiting = {name for step in known for name in kind.after(step)} - seen
    return seen


def _unknown_names(kind: Kind, step: Step) -> Iterator[str]:
    named = {"next": kind.after(step.name), "since": step.since, "after_lapse": step.after_lapse}
    for word, names in named.items():
        for name in names:
            if not kind.has(name):
                known = ", ".join(each.name for each in kind.steps)
                yield f"its `{word}` names {name}, which is no step; the steps are {known}"


def _wrong_takers(kind: Kind, step: Step) -> Iterator[str]:
    if not step.at_once and not step.by:
        yield 'nobody may take it; name the roles in `by = ["dispatcher"]`, or say at_once = true'
    if step.at_once and (step.by or step.requires or step.outcomes or step.within):
        yield "it is at_once, so it has no `by`, `requires`, `outcomes` or `within`"
    for outcome, names in (step.next or {}).items():
        if len(names) > 1 and any(kind.has(name) and kind.step(name).at_once for name in names):
            yield f"after outcome {outcome} an at_once step has to be the only one that follows"
    if step.at_once and _follows_itself(kind, step):
        yield "it is at_once and follows itself without end; let somebody take a step between"


def _follows_itself(kind: Kind, step: Step) -> bool:
    seen: set[str] = set()
    name = step.name
    while name not in seen and kind.has(name) and kind.step(name).at_once:
        seen.add(name)
        following = kind.after(name)
        name = following[0] if following else ""
    return name in seen


def _wrong_outcomes(step: Step) -> Iterator[str]:
    rating = step.rating
    if rating and set(step.outcomes) != {"good", "bad"}:
        yield "it has a rating, so its outcomes are exactly `good` and `bad`"
    if rating and rating.bad_up_to >= rating.best:
        yield f"its rating is bad up to {rating.bad_up_to} of {rating.best}: nothing would be good"
    ways = set(step.next or {ANY: ()})
    for outcome in sorted(ways - {ANY} - set(step.outcomes)):
        yield f"its `next` names the outcome {outcome}; add it to `outcomes` with a title"
    if ANY not in ways:
        for outcome in sorted(set(step.outcomes) - ways):
            yield f'nothing is said for the outcome {outcome}; add it, or "{ANY}", to `next`'


def _wrong_choices(kind: Kind, step: Step) -> Iterator[str]:
    if step.climbs and step.climbs not in kind.fields:
        yield f"it climbs {step.climbs}, which has no list; add [field.{step.climbs}.…]"
    for field, spans in step.within_by.items():
        for value, span in spans.items():
            if value not in kind.fields.get(field, {}):
                yield f"its `within_by` names {field} {value}, which is not listed"
            if step.within and span.unit != step.within.unit:
                yield f"its `within_by` for {value} has to count in {step.within.unit}"
    if step.within_by and step.within is None:
        yield "its `within_by` needs a `within` for all other values"


def _wrong_clock(kind: Kind, step: Step) -> Iterator[str]:
    if step.within is None:
        if step.since or step.lapses or step.extend_at_most or step.escalate_to:
            yield (
                "it has no deadline to which `since`, `lapses`, `extend_at_most` or `escalate_to`"
                " could apply; add `within`"
            )
    elif step.extend_at_most and step.extend_at_most.unit != step.within.unit:
        yield f"`extend_at_most` has to count in {step.within.unit}, as `within` does"
    elif not step.since and not any(step.name == each for each in _waited_for(kind)):
        yield "its `within` never counts; name it first in the `next` of a step, or add `since`"
    for name in step.since:
        if kind.has(name) and not kind.is_below(step.name, name):
            yield f"its `since` names {name}, which has to stand above it in the file"
    if step.lapses and step.escalate_to:
        yield "it lapses when it is late, so there is nothing to escalate; drop one of the two"


def _wrong_wait(kind: Kind, step: Step) -> Iterator[str]:
    if step.at_once and step.after_lapse:
        yield "it is at_once, so it cannot wait for the time of `after_lapse`"
    for name in filter(kind.has, step.after_lapse):
        if name == step.name:
            yield "its `after_lapse` names itself, so it could never be taken in time"
        elif kind.step(name).within is None:
            yield f"its `after_lapse` names {name}, which has no `within` that could run out"


def _waited_for(kind: Kind) -> Iterator[str]:
    for step in kind.steps:
        for outcome in step.next or {ANY: ()}:
            yield from kind.after(step.name, outcome)[:1]
