-- Which cases belong together, seen from each of both.
CREATE TABLE links (
    case_id      uuid        NOT NULL,
    relation     text        NOT NULL,  -- what it is to the other one
    to_case      uuid        NOT NULL,
    linked_at    timestamptz NOT NULL,
    outcome      text,                  -- how the other one ended; NULL while it is open
    stands_in    uuid,                  -- of one that joined: the case at the end of the chain
    shares_texts boolean     NOT NULL DEFAULT false,  -- what was told was copied between them

    PRIMARY KEY (case_id, relation, to_case)
);

CREATE UNIQUE INDEX links_joined_once ON links (case_id) WHERE relation = 'joins';

CREATE INDEX links_standing_in ON links (stands_in) WHERE stands_in IS NOT NULL;

-- How alike the texts of two cases are, without a text: keyed hashes of the pieces of its beginning.
CREATE TABLE likenesses (
    case_id  uuid  PRIMARY KEY,
    kind     text  NOT NULL,
    category text,
    area     text  NOT NULL,
    pieces   int[] NOT NULL
);

CREATE INDEX likenesses_by_place ON likenesses (area, kind);

-- Notes beside a case. What they say is in the vault.
CREATE TABLE notes (
    note_id  uuid        PRIMARY KEY,
    case_id  uuid        NOT NULL,
    noted_at timestamptz NOT NULL,
    actor    text        NOT NULL
);

CREATE INDEX notes_by_case ON notes (case_id);

-- Pictures and papers. What they show is in the vault.
CREATE TABLE attachments (
    attachment_id uuid        PRIMARY KEY,
    case_id       uuid        NOT NULL,
    attached_at   timestamptz NOT NULL,
    actor         text,                  -- NULL: whoever filed the case
    media_type    text        NOT NULL,
    bytes         integer     NOT NULL,
    sha256        bytea       NOT NULL
);

CREATE INDEX attachments_by_case ON attachments (case_id);

-- What whoever holds the receipt of a case should be told, for those who carry it to them.
CREATE TABLE notices (
    notice_id uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    written   bigint      GENERATED ALWAYS AS IDENTITY,  -- not commit order
    number    bigint      UNIQUE,  -- the order to read in; given to what has been committed
    case_id   uuid        NOT NULL,
    area      text        NOT NULL,
    kind      text        NOT NULL,
    about     text        NOT NULL,  -- step, overdue, extended, linked
    step      text        NOT NULL,
    zh        text        NOT NULL,
    en        text        NOT NULL,
    at        timestamptz NOT NULL
);

CREATE INDEX notices_without_number ON notices (written) WHERE number IS NULL;

CREATE INDEX notices_by_case ON notices (case_id, at);

CREATE SEQUENCE notice_numbers;

CREATE TABLE deliveries (
    notice_id    uuid        NOT NULL REFERENCES notices,
    outcome      text        NOT NULL,
    delivered_at timestamptz NOT NULL,
    actor        text        NOT NULL
);

CREATE INDEX deliveries_by_notice ON deliveries (notice_id, delivered_at);

CREATE INDEX receipts_by_case ON receipts (case_id);

-- Who may take the step that is waited for, and whether nobody may or nobody else is called.
ALTER TABLE cases
    ADD COLUMN takers   text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN is_stuck boolean NOT NULL DEFAULT false;

CREATE INDEX cases_soonest_due ON cases (coalesce(due_at, 'infinity'), case_id) WHERE is_open;

CREATE INDEX cases_stuck ON cases (area) WHERE is_stuck;
