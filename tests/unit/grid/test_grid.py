"""Rules of a grid, as history, command and outcome."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.grid import GridDrawn, GridRetired
from grid.domain.grid import DrawGrid, Grid, RetireGrid, decider

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ID, ABOVE = UUID(int=1), UUID(int=2)
TOWN, VILLAGE = "340402001000", "340402001001"

township = Grid(ABOVE, "township", TOWN, is_active=True)
community = Grid(ABOVE, "community", VILLAGE, is_active=True)


def draw(level="community", area=VILLAGE, parent=township, is_drawn_there=False):
    return DrawGrid(ID, level, area, parent, is_drawn_there, NOW)


def retire(children=0, posts=0):
    return RetireGrid(children, posts, NOW)


drawn = GridDrawn(area=VILLAGE, time=NOW, grid_id=ID, level="community", parent_id=ABOVE)
retired = GridRetired(area=VILLAGE, time=NOW, grid_id=ID, level="community")


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], draw(), [drawn], id="a community grid stands under a township grid"),
        pytest.param(
            [],
            draw("township", TOWN, None),
            [GridDrawn(area=TOWN, time=NOW, grid_id=ID, level="township", parent_id=None)],
            id="a township grid stands under none",
        ),
        pytest.param(
            [],
            draw("estate", VILLAGE, community, is_drawn_there=True),
            [GridDrawn(area=VILLAGE, time=NOW, grid_id=ID, level="estate", parent_id=ABOVE)],
            id="estate grids of a community are as many as it takes",
        ),
        pytest.param([drawn], draw(), [], id="drawing it again changes nothing"),
        pytest.param([drawn], retire(), [retired], id="a grid without anything on it is retired"),
        pytest.param([drawn, retired], retire(1, 1), [], id="retiring it again changes nothing"),
    ],
)
def test_what_happens(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], draw(is_drawn_there=True), "retire that one first", id="an overlap"),
        pytest.param([], draw(parent=None), "name one as parent", id="no parent"),
        pytest.param([], draw(parent=community), "under a township grid", id="a parent too low"),
        pytest.param([], draw("estate"), "under a community grid", id="a level left out"),
        pytest.param([], draw("township", TOWN), "leave out the parent", id="a parent too many"),
        pytest.param([], draw(area=TOWN), "drawn in a village", id="an area of another level"),
        pytest.param([], draw(area="340402002001"), "not in 340402001000", id="another township"),
        pytest.param(
            [],
            draw(parent=Grid(ABOVE, "township", TOWN, is_active=False)),
            "is retired",
            id="a retired parent",
        ),
        pytest.param([drawn], retire(children=2), "2 grids stand under it", id="with children"),
        pytest.param([drawn], retire(posts=3), "3 posts are held in it", id="with posts"),
        pytest.param([], retire(), "no such grid", id="what never was"),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)
