"""Rules of a topic, as history / command / outcome."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.intake import TopicClosed, TopicPublished
from intake.domain.topic import CloseTopic, EndTopic, PublishTopic, decider

NOW = datetime(2026, 3, 1, 17, tzinfo=UTC)
TODAY = date(2026, 3, 2)  # in Shanghai it is the second already
LAST = date(2026, 3, 31)
TOPIC = UUID(int=1)

about = {
    "area": "340400000000",
    "topic_id": TOPIC,
    "theme": "estate_governance",
    "is_drive": True,
}
published = TopicPublished(**about, time=NOW, opens_on=TODAY, closes_on=LAST)
MIDNIGHT = datetime(2026, 3, 30, 16, tzinfo=UTC)
"""The first instant of LAST."""
closed = TopicClosed(**about, time=MIDNIGHT)


def publishes(opens_on=TODAY, closes_on=LAST):
    place_and_theme = ("340400000000", "estate_governance", True)
    return PublishTopic(TOPIC, *place_and_theme, opens_on, closes_on, NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], publishes(), [published], id="it is published"),
        pytest.param([published], publishes(), [], id="it is published once"),
        pytest.param([published], CloseTopic(MIDNIGHT), [closed], id="it is closed by hand"),
        pytest.param([published, closed], CloseTopic(MIDNIGHT), [], id="it is closed once"),
        pytest.param([published], EndTopic(MIDNIGHT), [closed], id="its closing day has come"),
        pytest.param([published, closed], EndTopic(MIDNIGHT), [], id="it ends once"),
        pytest.param(
            [published],
            EndTopic(MIDNIGHT - timedelta(seconds=1)),
            [],
            id="the evening before it is still open",
        ),
    ],
)
def test_a_topic(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param(
            [], publishes(opens_on=date(2026, 3, 1)), "2026-03-01 is past", id="opened yesterday"
        ),
        pytest.param([], publishes(closes_on=TODAY), "it is after opens_on", id="no day at all"),
        pytest.param([], CloseTopic(NOW), "look for it in the list", id="no topic to close"),
        pytest.param([], EndTopic(NOW), "look for it in the list", id="no topic to end"),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)
