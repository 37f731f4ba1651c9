"""Sealing: what was changed, moved or wrapped by a stranger does not open."""

import os
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from chassis.sealed.seal import Keyring, new_key, seal, unseal

PERSON, ANOTHER = uuid4(), uuid4()
KEY = os.urandom(32)


def test_a_text_comes_back_as_it_was():
    key = new_key()
    assert unseal(key, PERSON, "name", seal(key, PERSON, "name", "方小六")) == "方小六".encode()


def test_the_same_text_never_looks_the_same():
    key = new_key()
    assert seal(key, PERSON, "name", "x") != seal(key, PERSON, "name", "x")


@pytest.mark.parametrize(
    ("person", "field"), [(ANOTHER, "name"), (PERSON, "phone"), (PERSON, "name2")]
)
def test_a_text_moved_elsewhere_does_not_open(person, field):
    key = new_key()
    with pytest.raises(InvalidTag):
        unseal(key, person, field, seal(key, PERSON, "name", "x"))


def test_a_changed_text_does_not_open():
    key = new_key()
    sealed = bytearray(seal(key, PERSON, "name", "x"))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        unseal(key, PERSON, "name", bytes(sealed))


def test_a_wrapped_key_serves_its_person_alone():
    ring = Keyring(KEY)
    wrapped = ring.wrap(PERSON, new_key())
    with pytest.raises(InvalidTag):
        ring.unwrap(ANOTHER, wrapped, ring.current)


def test_a_key_wrapped_before_the_change_still_opens():
    old, key = Keyring(KEY), new_key()
    ring = Keyring(os.urandom(32), before=[KEY])
    assert ring.unwrap(PERSON, old.wrap(PERSON, key), old.current) == key
    assert ring.current != old.current


def test_hashes_are_equal_for_equal_texts_and_our_key_alone():
    assert Keyring(KEY).keyed_hash("x") == Keyring(KEY).keyed_hash("x")
    assert Keyring(KEY).keyed_hash("x") != Keyring(KEY).keyed_hash("y")
    assert Keyring(KEY).keyed_hash("x") != Keyring(os.urandom(32)).keyed_hash("x")


def test_changing_the_wrapping_key_leaves_the_hashes_alone():
    hashed = Keyring(KEY).keyed_hash("x")
    assert Keyring(os.urandom(32), before=[KEY]).keyed_hash("x") == hashed
    assert Keyring(os.urandom(32), hash_key=KEY).keyed_hash("x") == hashed


def test_the_name_of_a_key_is_no_part_of_it():
    assert Keyring(KEY).current not in KEY.hex()


def test_a_keyed_number_tells_equal_pieces_and_depends_on_the_key():
    ring, other = Keyring(KEY), Keyring(os.urandom(32))
    pieces = [f"楼{number}" for number in range(50)]
    numbers = [ring.keyed_number(piece) for piece in pieces]
    assert numbers == [Keyring(KEY).keyed_number(piece) for piece in pieces]
    assert not set(numbers) & {other.keyed_number(piece) for piece in pieces}
    assert all(-(2**31) <= number < 2**31 for number in numbers)
