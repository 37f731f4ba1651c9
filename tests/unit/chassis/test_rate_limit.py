"""Rate limits: never more than so many in any window, for any client."""

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from chassis.web import rate_limit
from chassis.web.rate_limit import MovingWindow


@given(
    st.lists(st.floats(0, 5, allow_nan=False), max_size=60),
    st.integers(1, 5),
    st.floats(0.5, 10, allow_nan=False),
)
def test_no_window_ever_holds_more_than_the_limit(pauses, most, seconds):
    window = MovingWindow(most, seconds)
    now, let_in = 0.0, []
    for pause in pauses:
        now += pause
        if not window.hit("a", now):
            let_in.append(now)
    for first, beyond in zip(let_in, let_in[most:], strict=False):
        assert beyond - first >= seconds * (1 - 1e-9)


def test_who_waits_as_told_is_let_in():
    window = MovingWindow(2, 60)
    assert [window.hit("a", now) for now in (0, 10, 20)] == [0, 0, 40]
    assert window.hit("a", 20 + 40) == 0


def test_being_turned_away_does_not_prolong_the_wait():
    window = MovingWindow(1, 60)
    window.hit("a", 0)
    assert [window.hit("a", now) for now in (10, 30, 59)] == [50, 30, 1]


def test_clients_do_not_count_for_each_other():
    window = MovingWindow(1, 60)
    assert window.hit("a", 0) == window.hit("b", 0) == 0


def test_many_addresses_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(rate_limit, "ADDRESSES", 10)
    window = MovingWindow(1, 60)
    for number in range(100):
        window.hit(str(number), 0)
    assert len(window._hits) == 10
    assert window.hit("99", 0) == 60


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("1.2.3.4", "1.2.3.5", False, id="two IPv4 addresses"),
        pytest.param("2001:db8::1", "2001:db8::ffff:2", True, id="one IPv6 network"),
        pytest.param("2001:db8::1", "2001:db8:0:1::1", False, id="two IPv6 networks"),
        pytest.param("::ffff:1.2.3.4", "::ffff:1.2.3.5", False, id="two IPv4 addresses in IPv6"),
    ],
)
def test_who_counts_as_one_client(one, other, same):
    def counted(host):
        return rate_limit._address(Request({"type": "http", "client": (host, 1), "headers": []}))

    assert (counted(one) == counted(other)) is same
