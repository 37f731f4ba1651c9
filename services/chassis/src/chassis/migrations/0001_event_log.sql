-- The tables every service owns, each in its own database.

CREATE TABLE events (
    stream      text        NOT NULL,  -- one per aggregate: 'case-<case id>'
    version     integer     NOT NULL,  -- 1, 2, 3 … within the stream
    position    bigint      GENERATED ALWAYS AS IDENTITY,  -- not commit order: never read by `> last`
    id          uuid        NOT NULL,
    subject     text        NOT NULL,  -- NATS subject, type and territory
    body        text        NOT NULL,  -- the CloudEvent as it goes on the wire, byte for byte
    recorded_at timestamptz NOT NULL DEFAULT now(),

    -- Two writers who read the same history cannot both append to it.
    CONSTRAINT one_event_per_version PRIMARY KEY (stream, version)
);

CREATE UNIQUE INDEX events_by_position ON events (position);

-- Positions not yet on the wire. Filled by the statement that appends, emptied by the relay.
CREATE TABLE outbox (
    position bigint PRIMARY KEY
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- What went on the wire, in the order it did: one row for each batch the bus acknowledged.
-- It gives the relay its fence and lets the bus be refilled with the same sequence numbers.
CREATE TABLE relayed (
    last_sequence bigint   PRIMARY KEY,  -- of the batch's last event in the JetStream stream
    positions     bigint[] NOT NULL
);

-- How far each durable has been handled. Moves in the transaction of its effects.
CREATE TABLE checkpoints (
    durable  text   PRIMARY KEY,
    sequence bigint NOT NULL
);

-- Events a policy has handled, so the same event said twice is handled once.
CREATE TABLE inbox (
    durable    text        NOT NULL,
    event_id   uuid        NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),

    PRIMARY KEY (durable, event_id)
);

-- What could not be handled. Waits for an operator, who replays or drops it.
CREATE TABLE dead_letters (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    durable   text        NOT NULL,
    sequence  bigint      NOT NULL,
    subject   text        NOT NULL,
    body      text        NOT NULL,
    error     text        NOT NULL,
    traceback text        NOT NULL,
    attempts  integer     NOT NULL,
    buried_at timestamptz NOT NULL DEFAULT now(),

    UNIQUE (durable, sequence)
);
