"""The vault: sealed with a key per person, read with a line about it, forgotten for good."""

import asyncio
import os
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from chassis.decider import Refused
from chassis.sealed.rewrap import WrongKeys, check, rewrap
from chassis.sealed.seal import Keyring
from chassis.sealed.vault import Vault

KEY = os.urandom(32)
WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
NAME, PHONE = "方小六", "13800001111"
WHY = {"purpose": "call_back", "actor": "worker-7"}


@pytest.fixture
async def pool(database):
    return await database("chassis")


@pytest.fixture
def vault():
    return Vault(Keyring(KEY))


async def a_person(pool, vault, **texts):
    person = uuid4()
    await vault.put(pool, {person: texts or {"name": NAME, "phone": PHONE}})
    return person


async def texts_of(pool, vault, person, *fields):
    return (await vault.read(pool, [person], fields or ["name", "phone"], **WHY))[person].texts


async def test_what_is_put_is_read(pool, vault):
    person = await a_person(pool, vault)
    assert await texts_of(pool, vault, person) == {"name": NAME, "phone": PHONE}
    assert await texts_of(pool, vault, person, "phone", "age") == {"phone": PHONE}


async def test_nothing_of_it_stands_in_the_database(pool, vault):
    await a_person(pool, vault)
    rows = await pool.fetch("SELECT * FROM vault_keys NATURAL JOIN vault_texts")
    stored = b"".join(v for row in rows for v in row.values() if isinstance(v, bytes))
    assert NAME.encode() not in stored
    assert PHONE.encode() not in stored
    assert KEY not in stored


async def test_a_later_text_replaces_the_earlier_and_leaves_the_others(pool, vault):
    person, newcomer = await a_person(pool, vault), uuid4()
    await vault.put(pool, {person: {"phone": "139"}, newcomer: {"name": "new"}})
    assert await texts_of(pool, vault, person) == {"name": NAME, "phone": "139"}
    assert await texts_of(pool, vault, newcomer) == {"name": "new"}


async def test_two_who_store_about_a_new_person_at_once_use_one_key(pool, vault):
    person = uuid4()
    async with pool.acquire() as db, db.transaction():
        await vault.put(db, {person: {"name": NAME}})
        other = asyncio.create_task(vault.put(pool, {person: {"phone": PHONE}}))
        while not await pool.fetchval(WAITING):
            await asyncio.sleep(0.01)
    await other
    assert await texts_of(pool, vault, person) == {"name": NAME, "phone": PHONE}


async def test_every_read_leaves_a_line_and_no_content(pool, vault):
    one, other = [await a_person(pool, vault) for _ in range(2)]
    await vault.read(pool, [one, other, uuid4()], ["phone"], **WHY)
    lines = await pool.fetch("SELECT actor, purpose, person, fields FROM vault_reads")
    assert {tuple(map(str, line.values())) for line in lines} == {
        ("worker-7", "call_back", str(person), "['phone']") for person in (one, other)
    }


async def test_a_read_without_its_line_does_not_happen(pool, vault):
    person = await a_person(pool, vault)
    with pytest.raises(Exception, match="null value"):
        await vault.read(pool, [person], ["name"], purpose=None, actor="worker-7")


async def test_who_is_unknown_is_absent(pool, vault):
    assert await vault.read(pool, [uuid4()], ["name"], **WHY) == {}


async def test_who_is_forgotten_is_gone_and_said_to_be(pool, vault):
    person, other = [await a_person(pool, vault) for _ in range(2)]
    await vault.forget(pool, [person])
    entry = (await vault.read(pool, [person], ["name"], **WHY))[person]
    assert entry.texts == {}
    assert entry.forgotten_at is not None
    assert await texts_of(pool, vault, other) == {"name": NAME, "phone": PHONE}


async def test_the_texts_of_a_backup_do_not_open_for_who_is_forgotten(pool, vault):
    person = await a_person(pool, vault)
    texts = [tuple(row) for row in await pool.fetch("SELECT * FROM vault_texts")]
    await vault.forget(pool, [person])
    assert await pool.fetchval("SELECT count(*) FROM vault_texts") == 0
    async with pool.acquire() as db:
        await db.copy_records_to_table("vault_texts", records=texts)
    assert await texts_of(pool, vault, person) == {}
    assert await pool.fetchval("SELECT count(wrapped) FROM vault_keys") == 0


async def test_forgetting_twice_changes_nothing(pool, vault):
    person = await a_person(pool, vault)
    await vault.forget(pool, [person])
    marked = await pool.fetch("SELECT * FROM vault_keys")
    await vault.forget(pool, [person])
    assert await pool.fetch("SELECT * FROM vault_keys") == marked


@pytest.mark.parametrize("known", [True, False], ids=["known", "never heard of"])
async def test_nothing_is_stored_any_more_about_the_forgotten(pool, vault, known):
    person = await a_person(pool, vault) if known else uuid4()
    await vault.forget(pool, [person])
    with pytest.raises(Refused, match="forgotten"):
        await vault.put(pool, {person: {"name": NAME}})
    assert await pool.fetchval("SELECT count(*) FROM vault_texts") == 0


async def test_what_is_stored_while_somebody_is_forgotten_does_not_open(pool, vault):
    person = await a_person(pool, vault)
    async with pool.acquire() as db, db.transaction():
        await vault.put(db, {person: {"address": "lane 6"}})
        await vault.forget(pool, [person])
    entry = (await vault.read(pool, [person], ["address"], **WHY))[person]
    assert entry.texts == {}
    assert entry.forgotten_at is not None


async def test_a_text_put_under_another_person_does_not_open(pool, vault):
    one, other = [await a_person(pool, vault, name=name) for name in ("one", "other")]
    await pool.execute(
        "UPDATE vault_texts SET sealed = (SELECT sealed FROM vault_texts WHERE person = $1)"
        " WHERE person = $2",
        one,
        other,
    )
    with pytest.raises(InvalidTag):
        await texts_of(pool, vault, other)


async def test_a_new_wrapping_key_takes_over_step_by_step(pool, vault):
    people = [await a_person(pool, vault) for _ in range(5)]
    await vault.forget(pool, people[:1])
    ring_key = os.urandom(32)
    ring = Keyring(ring_key, before=[KEY])
    async with pool.acquire() as db, db.transaction():
        assert await rewrap(db, ring, most=3) == 3
    assert await texts_of(pool, Vault(ring), people[1]) == {"name": NAME, "phone": PHONE}
    async with pool.acquire() as db, db.transaction():
        assert [await rewrap(db, ring), await rewrap(db, ring)] == [1, 0]
    await check(pool, Keyring(ring_key, hash_key=KEY))


async def test_right_keys_may_start(pool, vault):
    await a_person(pool, vault)
    for ring in (vault.keyring, vault.keyring, Keyring(os.urandom(32), before=[KEY])):
        await check(pool, ring)


async def test_no_start_without_the_key_that_wrapped(pool, vault):
    await check(pool, vault.keyring)
    await a_person(pool, vault)
    with pytest.raises(WrongKeys, match="name the earlier keys in VAULT_KEYS_BEFORE"):
        await check(pool, Keyring(os.urandom(32), hash_key=KEY))


async def test_no_start_with_a_key_that_would_recognise_nobody(pool, vault):
    await check(pool, vault.keyring)
    with pytest.raises(WrongKeys, match="set HASH_KEY"):
        await check(pool, Keyring(os.urandom(32)))
