-- What reporting knows. All of it but `generation` is derived from the streams: a rebuild fills the
-- same tables anew in another schema and then changes places with these.

-- One row. A batch of events shares it, the switch of a rebuild wants it alone: so no batch is half
-- in the old tables and half in the new, and each learns that the definitions may have changed.
CREATE TABLE generation (
    number integer NOT NULL
);
INSERT INTO generation VALUES (1);

-- The metrics as these tables count them, which need not be those this release ships.
CREATE TABLE definitions (
    metric  text    PRIMARY KEY,
    version integer NOT NULL,
    body    text    NOT NULL  -- JSON
);

-- What each event added to which metric: the receipts behind the numbers.
CREATE TABLE facts (
    metric   text   NOT NULL,
    place    text   NOT NULL,  -- area code without trailing zero groups: a county is 340402
    day      date   NOT NULL,  -- of Asia/Shanghai
    dims     text   NOT NULL,  -- values in the order of the metric's dimensions, '/' between them
    value    bigint NOT NULL,
    event    text   NOT NULL,  -- its type; the first word names the stream
    sequence bigint NOT NULL   -- in that stream
);
CREATE INDEX facts_by_day ON facts (metric, day);
CREATE INDEX facts_by_place ON facts (metric, place);

-- Sums of facts for counties and cities. Smaller places are added up from their facts.
CREATE TABLE cube (
    metric text   NOT NULL,
    place  text   NOT NULL,
    day    date   NOT NULL,
    dims   text   NOT NULL,
    value  bigint NOT NULL,

    PRIMARY KEY (metric, place, day, dims)
) WITH (fillfactor = 50);

-- For distinct counts: all that was ever said of a key. What a place counts is folded from it.
CREATE TABLE memberships (
    metric    text   NOT NULL,
    key       text   NOT NULL,
    sequence  bigint NOT NULL,
    condition text   NOT NULL,
    place     text   NOT NULL,
    day       date   NOT NULL,
    dims      text,            -- NULL: this event does not know them
    change    bigint NOT NULL,
    event     text   NOT NULL,

    PRIMARY KEY (metric, key, sequence, condition)
);

-- The board of cases. `…_seq` are sequences of the last event of a sort, 0 for none: they only ever
-- grow, so events that come late change nothing they should not.
CREATE TABLE cases (
    case_id      uuid   PRIMARY KEY,
    area         text   NOT NULL,
    kind         text   NOT NULL,
    step         text,
    category     text,
    satisfaction smallint,
    filed_at     timestamptz,
    closed_at    timestamptz,      -- of the last closing, even when reopened since
    moved_seq    bigint NOT NULL,  -- a step, or a deadline put off
    overdue_seq  bigint NOT NULL,
    closed_seq   bigint NOT NULL,
    reopened_seq bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX cases_by_filing ON cases (filed_at, case_id);

CREATE TABLE areas (
    code     text    PRIMARY KEY,
    name     text    NOT NULL,
    level    text    NOT NULL,
    parent   text,
    is_urban boolean NOT NULL,
    sequence bigint  NOT NULL
);
CREATE INDEX areas_by_parent ON areas (parent);
