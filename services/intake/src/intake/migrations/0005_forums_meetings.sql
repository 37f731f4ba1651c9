-- Where people deliberate.
CREATE TABLE forums (
    forum_id       uuid        PRIMARY KEY,
    kind           text        NOT NULL,
    area           text        NOT NULL,
    name           text        NOT NULL DEFAULT '', -- public, as the people there call it
    brand          text,
    grid_id        uuid,
    is_open        boolean     NOT NULL DEFAULT true,
    established_at timestamptz NOT NULL,
    sessions       integer     NOT NULL DEFAULT 0,  -- held so far
    version        integer     NOT NULL DEFAULT 1
);

CREATE INDEX forums_by_area ON forums (area, forum_id);

-- Held sessions of forums. Their minutes are in the vault.
CREATE TABLE forum_sessions (
    session_id   uuid        PRIMARY KEY,
    forum_id     uuid        NOT NULL REFERENCES forums,
    kind         text        NOT NULL,              -- of the forum
    area         text        NOT NULL,
    is_open      boolean     NOT NULL DEFAULT true, -- whatever began there may refer to it for good
    held_at      timestamptz NOT NULL,
    guideline    text,
    participants jsonb       NOT NULL DEFAULT '{}', -- party: how many of it
    matters      integer     NOT NULL,
    agreed       integer     NOT NULL
);

CREATE INDEX forum_sessions_of_a_forum ON forum_sessions (forum_id, session_id);

CREATE TABLE session_matters (
    session_id uuid NOT NULL REFERENCES forum_sessions,
    case_id    uuid NOT NULL,
    outcome    text, -- NULL: the case began there
    PRIMARY KEY (session_id, case_id)
);

-- Meetings of leaders. Their minutes are in the vault.
CREATE TABLE meetings (
    meeting_id uuid    PRIMARY KEY,
    kind       text    NOT NULL,
    area       text    NOT NULL,              -- the division whose leaders sit
    level      text    NOT NULL,
    on_day     date    NOT NULL,
    leader_id  uuid,                          -- a post or a person of the division, as a reference
    state      text    NOT NULL DEFAULT 'scheduled',
    is_open    boolean NOT NULL DEFAULT true, -- cases may refer to it: it was not missed
    missed_on  date    NOT NULL,              -- the first day on which it counts as missed
    number     integer,
    place      text,                          -- the division visited
    matters    integer,
    visitors   integer,
    solved     integer,
    held_at    timestamptz,
    version    integer NOT NULL DEFAULT 1
);

CREATE INDEX meetings_by_area ON meetings (area, meeting_id);

CREATE INDEX meetings_to_miss ON meetings (missed_on) WHERE state = 'scheduled';

CREATE UNIQUE INDEX one_meeting_per_number ON meetings (kind, area, number);

CREATE UNIQUE INDEX one_leader_a_day ON meetings (kind, area, on_day) WHERE leader_id IS NOT NULL;

CREATE TABLE meeting_matters (
    meeting_id uuid NOT NULL REFERENCES meetings,
    case_id    uuid NOT NULL,
    outcome    text NOT NULL,
    PRIMARY KEY (meeting_id, case_id)
);
