-- What a city sets up so that people are heard: calls for suggestions, channels, those who observe,
-- those who mediate. Names of persons stand in the vault, under the id of the record.

CREATE TABLE topics (
    topic_id     uuid        PRIMARY KEY,
    area         text        NOT NULL,
    theme        text        NOT NULL,
    is_drive     boolean     NOT NULL,
    title        text,                  -- public, and in no event
    description  text,
    opens_on     date        NOT NULL,
    closes_on    date        NOT NULL,  -- the first day on which nothing is taken any more
    published_at timestamptz NOT NULL,
    closed_at    timestamptz,
    is_open      boolean     NOT NULL,  -- not closed; it takes something from opens_on only
    version      integer     NOT NULL
);

CREATE INDEX topics_by_area ON topics (area, topic_id);

CREATE INDEX topics_to_close ON topics (closes_on) WHERE is_open;

CREATE TABLE channels (
    channel_id uuid        PRIMARY KEY,
    area       text        NOT NULL,
    kind       text        NOT NULL,
    place      text,                             -- the kind of place it stands in
    level      text        NOT NULL,             -- of whoever set it up
    name       text,                             -- public, and in no event
    address    text,                             -- a street's or the network's
    functions  text[]      NOT NULL DEFAULT '{}',
    opened_at  timestamptz NOT NULL,
    closed_at  timestamptz,
    is_open    boolean     NOT NULL,
    version    integer     NOT NULL
);

CREATE INDEX channels_by_area ON channels (area, channel_id);

-- What was in a letter box when it was opened.
CREATE TABLE box_openings (
    opening_id uuid        PRIMARY KEY,
    channel_id uuid        NOT NULL REFERENCES channels,
    opened_by  text        NOT NULL,  -- an opaque id
    opened_at  timestamptz NOT NULL,
    letters    integer     NOT NULL
);

CREATE INDEX box_openings_by_channel ON box_openings (channel_id, opening_id);

CREATE TABLE observers (
    observer_id  uuid        PRIMARY KEY,
    person_id    uuid        NOT NULL,
    channel_id   uuid        NOT NULL REFERENCES channels,
    area         text        NOT NULL,
    kind         text        NOT NULL,  -- of the channel
    until        date        NOT NULL,  -- the first day on which the person no longer observes
    appointed_at timestamptz NOT NULL,
    released_at  timestamptz,
    is_open      boolean     NOT NULL,  -- not released
    version      integer     NOT NULL
);

CREATE INDEX observers_by_area ON observers (area, observer_id);

CREATE INDEX observers_to_release ON observers (until) WHERE is_open;

CREATE UNIQUE INDEX one_observer_per_person_and_channel
    ON observers (channel_id, person_id) WHERE is_open;

CREATE TABLE observations (
    observation_id uuid        PRIMARY KEY,
    observer_id    uuid        NOT NULL REFERENCES observers,
    channel_id     uuid        NOT NULL REFERENCES channels,
    area           text        NOT NULL,
    kind           text        NOT NULL,  -- of the channel
    theme          text        NOT NULL,
    reported_at    timestamptz NOT NULL,
    assessed_at    timestamptz,
    became         text,                  -- note, case
    case_id        uuid,
    case_kind      text,
    is_open        boolean     NOT NULL,  -- it waits to be assessed
    version        integer     NOT NULL
);

CREATE INDEX observations_by_area ON observations (area, observation_id);

CREATE INDEX observations_by_observer ON observations (observer_id, observation_id);

CREATE TABLE mediators (
    mediator_id uuid        PRIMARY KEY,
    area        text        NOT NULL,
    kind        text        NOT NULL,
    form        text        NOT NULL,
    brand       text,
    name        text,                             -- of an organisation; others' stand in the vault
    skills      text[]      NOT NULL DEFAULT '{}',
    enrolled_at timestamptz NOT NULL,
    left_at     timestamptz,
    is_open     boolean     NOT NULL,             -- on the menu
    version     integer     NOT NULL
);

CREATE INDEX mediators_by_area ON mediators (area, mediator_id);
