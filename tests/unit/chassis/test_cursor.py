"""Cursors: pages follow each other without gap or repetition, and no edited one is taken."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from fastapi import HTTPException
from hypothesis import given
from hypothesis import strategies as st

from chassis.web.cursor import Cursor

BY_FILING = Cursor(tuple[datetime, UUID])
NUMBERS = Cursor(tuple[int])

PLACE = (datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), uuid4())


def test_a_place_comes_back_as_it_was():
    assert BY_FILING.read(BY_FILING.write(PLACE, "3404", None), "3404", None) == PLACE


def test_no_cursor_is_the_first_page():
    assert BY_FILING.read(None) is None


@pytest.mark.parametrize("cursor", ["", "x", "é", "AAAA", "=", "%00", "A" * 5000])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(HTTPException, match="begin again without it") as refusal:
        BY_FILING.read(cursor)
    assert refusal.value.status_code == 422


def test_a_cursor_of_another_question_is_refused():
    with pytest.raises(HTTPException):
        BY_FILING.read(BY_FILING.write(PLACE, "3404", "open"), "3404", "closed")


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(HTTPException):
        BY_FILING.read(NUMBERS.write((1,)))


def b64decode(cursor):
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


@given(st.data())
def test_an_edited_cursor_is_refused(data):
    cursor = BY_FILING.write(PLACE)
    at = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from("ABCDwxyz0189-_").filter(lambda c: c != cursor[at]))
    edited = cursor[:at] + other + cursor[at + 1 :]
    if b64decode(edited) == b64decode(cursor):
        return  # the last character has bits that stand for nothing
    with pytest.raises(HTTPException, match="begin again without it"):
        BY_FILING.read(edited)


@given(st.lists(st.integers(), unique=True), st.integers(1, 10))
def test_pages_show_every_row_once_and_in_order(rows, size):
    rows = sorted(rows)
    shown, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        after = NUMBERS.read(cursor, "all")
        fetched = [row for row in rows if after is None or row > after[0]][: size + 1]
        page = NUMBERS.page(fetched, size, lambda row: (row,), lambda row: row, "all")
        shown += page.items
        cursor, pages = page.next, pages + 1
    assert shown == rows
    assert pages == max(1, -(-len(rows) // size))
