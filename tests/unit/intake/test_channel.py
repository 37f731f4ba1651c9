"""Rules of a channel, as history / command / outcome."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.intake import ChannelClosed, ChannelOpened
from intake.domain.channel import CloseChannel, OpenChannel, decider
from intake.lists import load_lists

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CHANNEL = UUID(int=1)
TOWNSHIP = "340402001000"
KINDS = load_lists().channel_kinds

about = {
    "area": TOWNSHIP,
    "time": NOW,
    "channel_id": CHANNEL,
    "kind": "letter_box",
    "place": "school",
    "level": "county",
}
opened, closed = ChannelOpened(**about), ChannelClosed(**about)


def opens(kind="letter_box", place="school", level="county", functions=(), area=TOWNSHIP):
    functions = frozenset(functions)
    return OpenChannel(CHANNEL, area, kind, KINDS[kind], place, level, functions, NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], opens(), [opened], id="a letter box is set up"),
        pytest.param([opened], opens(), [], id="it is opened once"),
        pytest.param([opened], CloseChannel(NOW), [closed], id="it is closed"),
        pytest.param([opened, closed], CloseChannel(NOW), [], id="it is closed once"),
        pytest.param(
            [],
            opens("online_column", None),
            [opened.model_copy(update={"kind": "online_column", "place": None})],
            id="a column stands in no place",
        ),
        pytest.param(
            [],
            opens("station", None, "province"),
            [opened.model_copy(update={"kind": "station", "place": None, "level": "province"})],
            id="the province has a station in a township",
        ),
        pytest.param(
            [],
            opens("reception_place", None, functions=["staff_library"]),
            [opened.model_copy(update={"kind": "reception_place", "place": None})],
            id="a reception place says what it offers",
        ),
    ],
)
def test_a_channel(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        pytest.param(opens(place=None), "stands in a kind of place; say which", id="no place"),
        pytest.param(opens("online_column"), "leave the place out", id="a column in a school"),
        pytest.param(
            opens(functions=["staff_library"]), "has no functions", id="a library in a box"
        ),
        pytest.param(
            opens("station", None, "village"),
            "a station is set up by a city or a county or a province",
            id="a village has no station",
        ),
        pytest.param(
            opens(level="village"),
            "a village sets up nothing for a whole township; give the level of the township",
            id="a village sets up nothing above it",
        ),
        pytest.param(CloseChannel(NOW), "look for it in the list", id="no channel"),
    ],
)
def test_what_is_refused(command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(None, command)


@pytest.mark.parametrize(
    ("level", "area", "is_allowed"),
    [
        ("village", "340402001001", True),
        ("county", "340402001001", True),
        ("village", TOWNSHIP, False),
        ("township", TOWNSHIP, True),
        ("county", "340402000000", True),
        ("county", "340400000000", False),
        ("city", "340000000000", False),
    ],
)
def test_who_sets_up_something_stands_at_its_place_or_above(level, area, is_allowed):
    try:
        decider.decide(None, opens(level=level, area=area))
    except Refused:
        assert not is_allowed
    else:
        assert is_allowed
