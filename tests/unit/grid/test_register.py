"""A file of the register: what is new in it, and which rows are wrong."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.domain.register import BadRow, BadRows, codes, read, sort_out

HEADER = "code,name,level,parent\n"
PROVINCE = "340000000000,安徽省,province,\n"
CITY = "340400000000,淮南市,city,340000000000\n"
COUNTY = "340402000000,大通区,county,340400000000\n"


def sorted_out(text, known=None, part=""):
    return sort_out(read(HEADER + text), known or {}, part)


def told(text, known=None):
    with pytest.raises(BadRows) as bad:
        sorted_out(text, known)
    return [(row.line, row.why) for row in bad.value.rows]


def test_new_rows_come_parents_first_whatever_their_order():
    found = sorted_out(COUNTY + CITY + PROVINCE)
    assert [row.level for row in found.new] == ["province", "city", "county"]


def test_what_is_known_is_unchanged_and_counts_as_parent():
    found = sorted_out(PROVINCE + CITY, {"340000000000": "安徽省"})
    assert ([row.level for row in found.new], found.unchanged) == (["city"], 1)


def test_a_part_leaves_the_rest_of_the_file_alone():
    found = sorted_out(PROVINCE + CITY + "440000000000,广东,city,\n", part="34")
    assert (len(found.new), found.left_out) == (2, 1)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(CITY, [2], id="a parent nobody knows"),
        pytest.param(PROVINCE + PROVINCE, [3], id="a code twice"),
        pytest.param(PROVINCE + "340400000000,淮南市,city\n", [3], id="a column too few"),
        pytest.param(PROVINCE + "340400000000,,city,340000000000\n", [3], id="no name"),
        pytest.param("340000000000,安徽\t省,province,\n" + CITY, [2], id="a name with a tab"),
        pytest.param("34,x,province,\n,,,\n\n000000000000,x,province,\n", [2, 3, 5], id="no codes"),
        pytest.param('"340000000000\n', [2], id="a quotation mark left open"),
    ],
)
def test_bad_rows_are_told_by_line(text, lines):
    assert [line for line, _ in told(text)] == lines


def test_children_of_a_bad_row_are_not_blamed_for_it():
    assert [line for line, _ in told("340000000000,安 徽,province,\n" + CITY + COUNTY)] == [2]


def test_a_known_area_under_another_name_is_a_bad_row():
    ((line, why),) = told(PROVINCE, {"340000000000": "江淮省"})
    assert (line, "is registered as 江淮省" in why) == (2, True)


def test_another_header_is_the_first_bad_row():
    assert read("name,code\n") == [
        BadRow(1, "The first line is the header code,name,level,parent.")
    ]


def test_only_codes_are_looked_up():
    rows = read(HEADER + "\0,x,y,z\n" + CITY)
    assert set(codes(rows)) == {"340400000000", "340000000000"}


@given(st.text(max_size=200))
def test_any_text_is_sorted_out_or_told(text):
    rows = read(HEADER + text)
    codes(rows)
    with suppress(BadRows):
        sort_out(rows, {}, "")


@given(st.randoms(use_true_random=False))
def test_any_order_of_rows_registers_the_same(random: Random):
    rows = [PROVINCE, CITY, COUNTY, "340402001000,大通街道,township,340402000000\n"]
    shuffled = random.sample(rows, len(rows))
    codes_in_order = [row.code for row in sorted_out("".join(shuffled)).new]
    assert codes_in_order == sorted(codes_in_order)
