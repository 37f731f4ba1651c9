-- Codes of the state's register, as grid announced them.
CREATE TABLE areas (
    area text PRIMARY KEY
);

-- Who is registered now. Who ends the registration is taken out.
CREATE TABLE volunteers (
    volunteer_id uuid        PRIMARY KEY,  -- also the person in the vault
    area         text        NOT NULL,     -- where they live
    skills       text[]      NOT NULL,
    idle_since   timestamptz NOT NULL,     -- the longest idle is asked first
    version      integer     NOT NULL      -- of the log stream, for the ETag
);

CREATE INDEX volunteers_by_area ON volunteers (area, idle_since);

-- One registration per person. The number itself is nowhere.
CREATE TABLE identities (
    number_hash  bytea PRIMARY KEY,  -- keyed: without the key nobody can try out all numbers
    volunteer_id uuid  NOT NULL UNIQUE
);

CREATE TABLE teams (
    team_id uuid    PRIMARY KEY,
    name    text,                -- never on the bus; NULL only inside the transaction that forms it
    kind    text    NOT NULL,
    area    text    NOT NULL,
    state   text    NOT NULL CHECK (state IN ('formed', 'disbanded')),
    members integer NOT NULL,
    version integer NOT NULL
);

CREATE INDEX teams_by_area ON teams (area);

CREATE TABLE team_members (
    volunteer_id uuid NOT NULL,
    team_id      uuid NOT NULL REFERENCES teams,

    PRIMARY KEY (volunteer_id, team_id)
);

CREATE TABLE activities (
    activity_id   uuid             PRIMARY KEY,
    team_id       uuid             NOT NULL REFERENCES teams,
    kind          text             NOT NULL,
    theme         text             NOT NULL,
    area          text             NOT NULL,
    starts_at     timestamptz      NOT NULL,
    places        integer          NOT NULL,
    joined        integer          NOT NULL,
    state         text             NOT NULL CHECK (state IN ('scheduled', 'held', 'cancelled')),
    participants  integer,         -- these three are known once it is held
    beneficiaries integer,
    hours         double precision,
    version       integer          NOT NULL,

    CHECK (joined BETWEEN 0 AND places)
);

CREATE INDEX activities_by_area ON activities (area);

CREATE TABLE activity_volunteers (
    volunteer_id uuid NOT NULL,
    activity_id  uuid NOT NULL REFERENCES activities,

    PRIMARY KEY (volunteer_id, activity_id)
);

CREATE TABLE demands (
    demand_id      uuid        PRIMARY KEY,
    case_id        uuid        NOT NULL,
    area           text        NOT NULL,
    skill          text,                    -- NULL: everybody can
    urgency        text        NOT NULL CHECK (urgency IN ('emergency', 'urgent', 'normal')),
    state          text        NOT NULL
                   CHECK (state IN ('posted', 'matched', 'fulfilled', 'expired')),
    volunteer_id   uuid,                    -- who is, or was last, found for it
    handed_back_by uuid[]      NOT NULL DEFAULT '{}',  -- not asked again for this one
    posted_at      timestamptz NOT NULL,
    version        integer     NOT NULL,

    CHECK (state <> 'matched' OR volunteer_id IS NOT NULL)
);

-- Nobody has two open demands, whatever the code believes.
CREATE UNIQUE INDEX one_open_demand ON demands (volunteer_id) WHERE state = 'matched';

CREATE INDEX demands_waiting ON demands (left(area, 4)) WHERE state = 'posted';
CREATE INDEX demands_by_case ON demands (case_id) WHERE state IN ('posted', 'matched');
CREATE INDEX demands_by_volunteer ON demands (volunteer_id, posted_at);
CREATE INDEX demands_by_area ON demands (area);
