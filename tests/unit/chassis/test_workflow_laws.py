"""No sequence of commands leaves the ways of a kind's file, and replay finds the same position."""

import tomllib
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.decider import Refused
from chassis.workflow.kind_files import load
from chassis.workflow.position import Position
from chassis.workflow.steps import allowed, take

FOLDER = Path(__file__).parent / "kinds"
KINDS = load(FOLDER)
FILES = {name: tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in KINDS}
NOW = datetime(2024, 9, 27, 2, tzinfo=UTC)

NAMES = sorted({step["name"] for file in FILES.values() for step in file["step"]} | {"banana"})
ROLES = sorted(
    {role for file in FILES.values() for each in file["step"] for role in each.get("by", [])}
)
WORDS = st.sampled_from([None, "", "city", "grid_pavilion", "moon", 1, 2, 3, 5, 6, True])
COMMANDS = st.fixed_dictionaries(
    {
        "step": st.sampled_from(NAMES),
        "roles": st.sets(st.sampled_from(ROLES)) | st.just(set(ROLES)),
        "fields": st.fixed_dictionaries(dict.fromkeys(("level", "score", "venue"), WORDS)),
        "outcome": st.sampled_from([None, "settled", "not_settled", "agreed", "open", "good"]),
    }
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(KINDS)), st.lists(COMMANDS, max_size=12), st.data())
def test_no_commands_leave_the_ways_of_the_file(name, commands, data):
    kind, file = KINDS[name], FILES[name]
    steps = {step["name"]: step for step in file["step"]}
    followers = dict(zip(steps, [*list(steps)[1:], None], strict=True))
    position, said = Position(), []
    for number, command in enumerate(commands):
        now = allowed(kind, position)
        if now and data.draw(st.booleans(), label="a step that is allowed"):
            command = {**command, "step": data.draw(st.sampled_from(now))}
        at = NOW + timedelta(hours=number)
        try:
            taken = take(kind, position, at=at, **command)
        except Refused:
            continue
        assert set(command["roles"]) & set(steps[command["step"]]["by"])
        for each in taken:
            assert each.step in ways_by_hand(position, steps, followers)
            position = position.stepped(each.step, at, each.outcome)
            said.append((each.step, at, each.outcome))

    replayed = reduce(lambda so_far, event: so_far.stepped(*event), said, Position())
    assert replayed == position
    assert allowed(kind, replayed) == allowed(kind, position)


def ways_by_hand(position, steps, followers):
    if position.step is None:
        return {next(iter(steps))}
    ways = steps[position.step].get("next", [followers[position.step]])
    if isinstance(ways, dict):
        ways = ways.get(position.outcome, ways.get("*"))
    return set(ways)
