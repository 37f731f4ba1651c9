"""`liuchi events tail` chooses events by the begin of their type and by their area."""

import asyncio

import pytest

from contracts.volunteer import TeamFormed
from liuchi.processes import StackError
from liuchi.tail import pattern, streams, tail
from tests.integration.conversation import Conversation

TEAM = TeamFormed(
    area="340402001002",
    time="2024-03-04T05:06:07Z",
    team_id="018e0a5e-0000-7000-8000-000000000001",
    kind="community",
)


async def read(bus, event_type="*", area="", back=10):
    """Sequences by stream of what is there already."""
    return {
        stream: found
        for stream in streams(event_type)
        if (found := [one async for one in _messages(bus, stream, event_type, area, back)])
    }


async def _messages(bus, stream, event_type, area, back):
    subject = pattern(stream, event_type, area)
    async for message in tail(bus, stream, subject, back, is_followed=False):
        yield message.sequence


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param({}, id="everything"),
        pytest.param({"event_type": "volunteer"}, id="by its speaker"),
        pytest.param({"event_type": "volunteer.team"}, id="by its noun"),
        pytest.param({"event_type": "*.team"}, id="by its noun whoever speaks"),
        pytest.param({"event_type": "volunteer.*.formed"}, id="by its participle"),
        pytest.param({"event_type": "volunteer.team.formed.v1"}, id="by its whole type"),
        pytest.param({"area": "34"}, id="by its province"),
        pytest.param({"area": "3404"}, id="by its city"),
        pytest.param({"area": "340402"}, id="by its county"),
        pytest.param({"area": "340402001"}, id="by its township, as far as subjects tell"),
    ],
)
async def test_an_event_is_chosen(bus, chosen):
    await Conversation(bus).hears(TEAM, "team-1")
    assert await read(bus, **chosen) == {"volunteer": [1]}


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param({"event_type": "grid"}, id="another speaker"),
        pytest.param({"event_type": "volunteer.activity"}, id="another noun"),
        pytest.param({"event_type": "volunteer.team.formed.v2"}, id="another version"),
        pytest.param({"area": "3405"}, id="another city"),
        pytest.param({"area": "340403"}, id="another county"),
        pytest.param({"back": 0}, id="only what comes"),
    ],
)
async def test_an_event_is_left_out(bus, chosen):
    await Conversation(bus).hears(TEAM, "team-1")
    assert await read(bus, **chosen) == {}


async def test_it_begins_as_far_back_as_asked_and_keeps_the_order(bus):
    for version in range(1, 6):
        await Conversation(bus).hears(TEAM, "team-1", version)
    assert await read(bus, back=3) == {"volunteer": [3, 4, 5]}


async def test_what_is_said_meanwhile_follows(bus):
    talk = Conversation(bus)
    await talk.hears(TEAM, "team-1", 1)
    followed = tail(bus, "volunteer", "volunteer.>", 1, is_followed=True)
    async with asyncio.timeout(10):
        first = await anext(followed)
        await talk.hears(TEAM, "team-1", 2)
        assert [first.sequence, (await anext(followed)).sequence] == [1, 2]
    await followed.aclose()


def test_a_speaker_nobody_knows_is_refused_in_a_sentence():
    with pytest.raises(StackError, match="No service says weather"):
        streams("weather.rain")
