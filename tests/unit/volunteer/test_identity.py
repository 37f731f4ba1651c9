"""Identity numbers: the check digit finds slips, the day of birth is a day (GB 11643-1999)."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from volunteer.domain.identity import CHECK_CHARACTERS, check_character, checked

TODAY = date(2026, 3, 2)
KNOWN_GOOD = "11010519491231002X"
"""One of the examples that the standard itself gives."""

days = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)


def number(region, born, order):
    digits = f"{region:06d}{born:%Y%m%d}{order:03d}"
    return digits + check_character(digits)


numbers = st.builds(number, st.integers(100_000, 999_999), days, st.integers(0, 999))


@pytest.mark.parametrize("printed", [KNOWN_GOOD, "440524188001010014"])
def test_the_check_digits_of_the_standards_own_examples_fit(printed):
    assert check_character(printed[:17]) == printed[17]


def test_a_small_x_is_the_same_number():
    assert checked(KNOWN_GOOD.lower(), TODAY) == KNOWN_GOOD


@given(numbers)
def test_every_number_with_its_check_digit_is_right(one):
    assert checked(one, TODAY) == one


@given(numbers, st.integers(0, 17), st.sampled_from(CHECK_CHARACTERS))
def test_any_one_wrong_character_is_found(one, place, character):
    assume(one[place] != character)
    with pytest.raises(ValueError, match="identity number"):
        checked(one[:place] + character + one[place + 1 :], TODAY)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_exchanged_are_found(one, place):
    assume(one[place] != one[place + 1])
    turned = one[:place] + one[place + 1] + one[place] + one[place + 2 :]
    with pytest.raises(ValueError, match="identity number"):
        checked(turned, TODAY)


@given(st.one_of(st.text(max_size=25), st.from_regex(r"[0-9]{17}[0-9Xx]", fullmatch=True)))
def test_no_refusal_repeats_what_was_typed(text):
    assume(len(text) > 3)
    try:
        sentence = checked(text, TODAY)
    except ValueError as refusal:
        sentence = str(refusal).replace(text, "LEAKED")
    assert "LEAKED" not in sentence


@pytest.mark.parametrize(
    "born",
    ["19490231", "19491301", "18991231", "20260303", "19490010"],
    ids=["no such day", "no such month", "too long ago", "tomorrow", "month nought"],
)
def test_the_day_of_birth_must_be_one(born):
    digits = f"110105{born}002"
    with pytest.raises(ValueError, match="day of birth"):
        checked(digits + check_character(digits), TODAY)


def test_other_digits_than_ours_are_refused():
    full_width = KNOWN_GOOD[:-1].translate({ord("0") + n: ord("０") + n for n in range(10)}) + "X"
    with pytest.raises(ValueError, match="17 digits"):
        checked(full_width, TODAY)
