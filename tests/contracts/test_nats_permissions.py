"""The committed permissions of the bus are those of the CATALOGUE."""

from liuchi.permissions import PERMISSIONS, permissions


def test_the_permissions_are_not_stale():
    assert PERMISSIONS.read_text() == permissions(), "run `make docs`"
