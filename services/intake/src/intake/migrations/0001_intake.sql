-- One row for each case: where it stands, as a function of its history and its kind's file.
CREATE TABLE cases (
    case_id       uuid        PRIMARY KEY,
    kind          text        NOT NULL,
    area          text        NOT NULL,
    source        text        NOT NULL,
    urgency       text        NOT NULL,
    category      text,
    filed_at      timestamptz NOT NULL,
    step          text        NOT NULL,  -- where it stands
    outcome       text,                  -- of that step
    step_at       timestamptz NOT NULL,
    waits_for     text,                  -- the step that should come next; NULL: it has ended
    sent_to       text,                  -- who has it; NULL: nobody
    post_id       uuid,
    department    text,
    skill         text,
    is_open       boolean     NOT NULL,
    awaits_worker boolean     NOT NULL,  -- the next grid worker on duty at the place gets it
    due_at        timestamptz,           -- when the next thing is due, late or not
    announce_at   timestamptz,           -- when the next thing becomes late that was not announced
    overdue_since timestamptz,           -- of the longest late step that was announced
    satisfaction  integer,
    version       integer     NOT NULL   -- of the history this row tells
);

CREATE INDEX cases_by_area ON cases (area, case_id);

CREATE INDEX cases_to_announce ON cases (announce_at) WHERE announce_at IS NOT NULL;

CREATE INDEX cases_awaiting_a_worker ON cases (area) WHERE awaits_worker;

CREATE INDEX cases_in_hand ON cases (post_id) WHERE post_id IS NOT NULL AND is_open;

-- How whoever filed a case gets back to it. Only a keyed hash: nobody can read the code from here.
CREATE TABLE receipts (
    code_hash bytea PRIMARY KEY,
    case_id   uuid  NOT NULL
);

-- Divisions of the register, as grid announced them.
CREATE TABLE areas (
    code text PRIMARY KEY,
    name text NOT NULL
);

-- Posts of grid workers that are filled, as grid announced them.
CREATE TABLE on_duty (
    post_id   uuid        PRIMARY KEY,
    person_id uuid        NOT NULL,
    area      text        NOT NULL,
    heard_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX on_duty_by_area ON on_duty (area);
