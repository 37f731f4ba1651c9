"""Rules of a post, as history, command and outcome."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.grid import PostAssigned, PostReleased
from grid.domain.grid import Grid
from grid.domain.post import AssignPost, ReleasePost, Role, decider

NOW = datetime(2026, 3, 2, tzinfo=UTC)
POST, PERSON, GRID = UUID(int=1), UUID(int=2), UUID(int=3)
VILLAGE, COUNTY = "340402001001", "340402000000"

active = Grid(GRID, "community", VILLAGE, is_active=True)
grid_worker = Role("grid_worker", True, frozenset({"village"}))
neighbour_leader = Role("neighbour_leader", False, frozenset({"village"}))

assign = AssignPost(
    POST, PERSON, grid_worker, VILLAGE, active, "recruited", "full_time", is_held=False, at=NOW
)
release = ReleasePost("promoted", NOW)
about = {"area": VILLAGE, "time": NOW, "post_id": POST, "person_id": PERSON}
assigned = PostAssigned(
    **about, role="grid_worker", way="recruited", engagement="full_time", grid_id=GRID
)
released = PostReleased(
    **about, role="grid_worker", way="promoted", engagement="full_time", grid_id=GRID
)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], assign, [assigned], id="a worker is assigned to a grid"),
        pytest.param(
            [],
            replace(assign, role=neighbour_leader, grid=None),
            [assigned.model_copy(update={"role": "neighbour_leader", "grid_id": None})],
            id="another role is held without a grid",
        ),
        pytest.param([assigned], assign, [], id="assigning it again changes nothing"),
        pytest.param([assigned], release, [released], id="a post is released"),
        pytest.param([assigned, released], release, [], id="releasing it again changes nothing"),
    ],
)
def test_what_happens(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], replace(assign, grid=None), "name the grid", id="a worker without a grid"),
        pytest.param(
            [],
            replace(assign, grid=replace(active, is_active=False)),
            "is retired",
            id="a grid that is retired",
        ),
        pytest.param([], replace(assign, area=COUNTY), "held in a village", id="another level"),
        pytest.param([], replace(assign, is_held=True), "there already", id="twice the same"),
        pytest.param([], release, "no such post", id="what never was"),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)
