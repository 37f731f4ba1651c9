-- What millions of cases ask for.

-- Ids in the order of writing: only the last pages of the index are written to.
ALTER TABLE notices ALTER COLUMN notice_id SET DEFAULT uuidv7();

-- Only what has a number stands in the index, so that a notice is not entered before it gets one.
ALTER TABLE notices DROP CONSTRAINT notices_number_key;

CREATE UNIQUE INDEX notices_by_number ON notices (number) WHERE number IS NOT NULL;

-- By which kinds and which calendar the dates of cases that had none were last looked for: at
-- another start with the same there is nothing to find.
CREATE TABLE reckoning (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    digest   bytea   NOT NULL,
    reached  uuid  -- the last case that was looked at; NULL: all were
);
