-- Names, phones and free text, sealed with a key per person, which is wrapped by a key that is
-- not in this database.
CREATE TABLE vault_keys (
    person       uuid        PRIMARY KEY,
    wrapped      bytea,                -- the person's key; NULL: destroyed, the person is forgotten
    wrapped_by   text,                 -- which key wraps it; says nothing about that key
    forgotten_at timestamptz,
    CHECK ((wrapped IS NULL) = (forgotten_at IS NOT NULL)),
    CHECK ((wrapped IS NULL) = (wrapped_by IS NULL))
);

CREATE INDEX vault_keys_by_wrapping ON vault_keys (wrapped_by);

CREATE TABLE vault_texts (
    person    uuid        NOT NULL REFERENCES vault_keys,
    field     text        NOT NULL,
    sealed    bytea       NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),

    PRIMARY KEY (person, field)
);

-- Who looked at whom, and why. Never what they saw.
CREATE TABLE vault_reads (
    read_at timestamptz NOT NULL DEFAULT now(),
    actor   text        NOT NULL,
    purpose text        NOT NULL,
    person  uuid        NOT NULL,
    fields  text[]      NOT NULL
);

CREATE INDEX vault_reads_by_person ON vault_reads (person, read_at);

-- One row: which key the keyed hashes are made with. Another key would let a person in twice.
CREATE TABLE vault_hash_key (
    only_one    boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    fingerprint bytea   NOT NULL
);
