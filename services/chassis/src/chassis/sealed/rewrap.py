"""The operator's side of the vault: are the right keys at hand, and changing the wrapping key."""

from chassis.db import Db
from chassis.sealed.seal import Keyring

FIRST_HASH_KEY = """
    INSERT INTO vault_hash_key (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING
"""

HASH_KEY = "SELECT fingerprint FROM vault_hash_key"

MISSING = """
    SELECT DISTINCT wrapped_by FROM vault_keys
     WHERE wrapped_by IS NOT NULL AND wrapped_by <> ALL($1)
"""

OUTDATED = """
    SELECT person, wrapped, wrapped_by FROM vault_keys
     WHERE wrapped_by <> $1 LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
"""

REWRAP = """
    UPDATE vault_keys k SET wrapped = n.wrapped, wrapped_by = $3
      FROM unnest($1::uuid[], $2::bytea[]) AS n (person, wrapped)
     WHERE k.person = n.person
"""


class WrongKeys(Exception):  # noqa: N818 - names what is wrong
    """The service must not start with these keys. The message says which and what to do."""


async def check(db: Db, keyring: Keyring) -> None:
    """Ask at start. Raises WrongKeys: a text could not be read, or a person be registered twice."""
    if await db.fetchval(HASH_KEY) is None:
        await db.execute(FIRST_HASH_KEY, keyring.fingerprint())
    if await db.fetchval(HASH_KEY) != keyring.fingerprint():
        raise WrongKeys(
            "The hash key is not the one this database began with, so nobody would be recognised:"
            " set HASH_KEY to the vault key the service was first started with."
        )
    missing = [row["wrapped_by"] for row in await db.fetch(MISSING, keyring.names)]
    if missing:
        raise WrongKeys(
            f"Texts are sealed under the vault keys {', '.join(missing)}, which are not at hand:"
            " name the earlier keys in VAULT_KEYS_BEFORE."
        )


async def rewrap(db: Db, keyring: Keyring, most: int = 1000) -> int:
    """Wrap up to `most` keys anew with the current wrapping key; 0 when none is left to do.

    Texts stay as they are. The caller owns the transaction; replicas may work side by side.
    """
    rows = await db.fetch(OUTDATED, keyring.current, most)
    persons = [row["person"] for row in rows]
    wrapped = [
        keyring.wrap(person, keyring.unwrap(person, row["wrapped"], row["wrapped_by"]))
        for person, row in zip(persons, rows, strict=True)
    ]
    await db.execute(REWRAP, persons, wrapped, keyring.current)
    return len(rows)
