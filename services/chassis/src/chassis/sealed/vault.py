"""What people tell of themselves: sealed with a key per person, read for a purpose, forgotten.

Forgetting destroys the key. A backup holds keys as well as texts: what is forgotten is gone for
good when the last backup from before is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db, write
from chassis.decider import Refused
from chassis.sealed.seal import Keyring, new_key, seal, unseal

# Stores the texts only of persons who are new by this very statement.
PUT_NEW = """
    WITH new AS (
        INSERT INTO vault_keys (person, wrapped, wrapped_by)
        SELECT person, wrapped, $3 FROM unnest($1::uuid[], $2::bytea[]) AS k (person, wrapped)
        ON CONFLICT DO NOTHING
        RETURNING person
    ), stored AS (
        INSERT INTO vault_texts (person, field, sealed)
        SELECT person, field, sealed
          FROM unnest($4::uuid[], $5::text[], $6::bytea[]) AS t (person, field, sealed)
          JOIN new USING (person)
    )
    SELECT person FROM new
"""

PUT_FIRST = """
    known AS (
        INSERT INTO vault_keys (person, wrapped, wrapped_by) VALUES ($1, $2, $3)
    ), sealed AS (
        INSERT INTO vault_texts (person, field, sealed)
        SELECT $1, field, sealed FROM unnest($4::text[], $5::bytea[]) AS t (field, sealed)
    )
"""

KEYS = "SELECT person, wrapped, wrapped_by FROM vault_keys WHERE person = ANY($1)"

PUT = """
    INSERT INTO vault_texts (person, field, sealed)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])
    ON CONFLICT (person, field) DO UPDATE SET sealed = EXCLUDED.sealed, stored_at = now()
"""

READ = """
    WITH logged AS (
        INSERT INTO vault_reads (actor, purpose, person, fields)
        SELECT $3, $4, person, $2 FROM vault_keys WHERE person = ANY($1)
    )
    SELECT k.person, k.wrapped, k.wrapped_by, k.forgotten_at, t.field, t.sealed
      FROM vault_keys k
      LEFT JOIN vault_texts t ON t.person = k.person AND t.field = ANY($2)
     WHERE k.person = ANY($1)
"""

HOLD = "SELECT FROM vault_keys WHERE person = ANY($1) ORDER BY person FOR NO KEY UPDATE"

# Somebody never heard of is marked too: what comes about them later is refused.
FORGET = """
    WITH emptied AS (DELETE FROM vault_texts WHERE person = ANY($1))
    INSERT INTO vault_keys (person, forgotten_at)
    SELECT person, now() FROM unnest($1::uuid[]) AS p (person) ORDER BY person
    ON CONFLICT (person) DO UPDATE SET
        wrapped = NULL,
        wrapped_by = NULL,
        forgotten_at = coalesce(vault_keys.forgotten_at, now())
"""

HAVING = "SELECT person FROM vault_texts WHERE person = ANY($1) AND field = $2"

DROP = "DELETE FROM vault_texts WHERE person = $1 AND field = $2"

Texts = Mapping[UUID, Mapping[str, str | bytes]]
"""Person → field → text; a file is bytes."""


@dataclass(frozen=True)
class Person:
    texts: dict[str, str] = field(default_factory=dict)
    """Field → text: those of the asked fields that there are."""
    forgotten_at: datetime | None = None
    """When the key was destroyed; there are no texts then."""


@dataclass(frozen=True)
class Vault:
    keyring: Keyring

    async def put(self, db: Db, texts: Texts) -> None:
        """Store texts, over those stored before. Raises Refused for a person who was forgotten.

        One round trip for persons who are new here, three where some are not.
        """
        keys = {person: new_key() for person in sorted(texts)}
        wrapped = [self.keyring.wrap(person, key) for person, key in keys.items()]
        sealed = _columns(texts, keys)
        current = self.keyring.current
        rows = await db.fetch(PUT_NEW, list(keys), wrapped, current, *sealed)
        known = sorted(keys.keys() - {row["person"] for row in rows})
        if not known:
            return
        rows = await db.fetch(KEYS, known)
        if any(row["wrapped"] is None for row in rows):
            raise Refused("this person was forgotten; nothing more about them can be stored")
        keys = {
            row["person"]: self.keyring.unwrap(row["person"], row["wrapped"], row["wrapped_by"])
            for row in rows
        }
        await db.execute(PUT, *_columns({person: texts[person] for person in known}, keys))

    async def put_first(self, db: Db, person: UUID, texts: Mapping[str, str | bytes]) -> None:
        """Store the first that is ever told of somebody, as `write` does."""
        key = new_key()
        wrapped = self.keyring.wrap(person, key)
        _, fields, sealed = _columns({person: texts}, {person: key})
        await write(db, PUT_FIRST, person, wrapped, self.keyring.current, fields, sealed)

    async def read(
        self,
        db: Db,
        persons: Collection[UUID],
        fields: Collection[str],
        *,
        purpose: str,
        actor: str,
    ) -> dict[UUID, Person]:
        """Those of them who are known, and a line in vault_reads for each, in one round trip.

        Answer only after the commit: a rollback takes the line along, and nobody would know.
        """
        found: dict[UUID, Person] = {}
        for row in await db.fetch(READ, list(persons), list(fields), actor, purpose):
            entry = found.setdefault(row["person"], Person(forgotten_at=row["forgotten_at"]))
            content = self._opened(row)
            if content is not None:
                entry.texts[row["field"]] = content.decode()
        return found

    async def read_file(
        self, db: Db, person: UUID, field: str, *, purpose: str, actor: str
    ) -> bytes | None:
        """As `read`, of one file; None when there is none, or none any more."""
        row = await db.fetchrow(READ, [person], [field], actor, purpose)
        return None if row is None else self._opened(row)

    async def having(self, db: Db, persons: Iterable[UUID], field: str) -> set[UUID]:
        """Those of them of whom there is such a text. Opens nothing."""
        return {row["person"] for row in await db.fetch(HAVING, list(persons), field)}

    async def drop(self, db: Db, person: UUID, field: str) -> None:
        """Delete one text; the others stay."""
        await db.execute(DROP, person, field)

    async def hold(self, db: Db, persons: Iterable[UUID]) -> None:
        """Until the transaction ends nobody else holds them, and none of them is forgotten.

        Whoever copies what one of them told holds them first, and so does whoever forgets the
        copies too: a copy is then seen by the one or not made by the other.
        """
        await db.execute(HOLD, list(persons))

    async def forget(self, db: Db, persons: Iterable[UUID]) -> None:
        """Destroy their keys, for good. Doing it twice changes nothing."""
        await db.execute(FORGET, list(persons))

    def _opened(self, row: Record) -> bytes | None:
        if row["wrapped"] is None or row["field"] is None:
            return None
        key = self.keyring.unwrap(row["person"], row["wrapped"], row["wrapped_by"])
        return unseal(key, row["person"], row["field"], row["sealed"])


def _columns(texts: Texts, keys: Mapping[UUID, bytes]) -> tuple[list[UUID], list[str], list[bytes]]:
    cells = [
        (person, name, seal(keys[person], person, name, text))
        for person in keys
        for name, text in texts[person].items()
    ]
    return [c[0] for c in cells], [c[1] for c in cells], [c[2] for c in cells]
