"""Invented identity numbers are well-formed, and each is another's."""

from datetime import date
from random import Random

import pytest

from liuchi.demo.identity import identity_numbers, with_check_character
from volunteer.domain.identity import checked


def test_volunteer_takes_every_one_of_them():
    numbers = identity_numbers(Random(1), "340402", 3000)
    assert len(set(numbers)) == 3000
    for number in numbers:
        assert checked(number, date(2026, 1, 1)) == number
        assert number.startswith("340402")


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        pytest.param("11010519491231002", "11010519491231002X", id="the standard's own example"),
        pytest.param("44052418800101001", "440524188001010014", id="and its second one"),
    ],
)
def test_the_check_character_is_that_of_the_standard(digits, number):
    assert with_check_character(digits) == number
