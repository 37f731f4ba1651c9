-- What the public may ask for: the cases of a span of time, and when each was closed.
ALTER TABLE cases ADD COLUMN closed_at timestamptz;  -- NULL: it is open

UPDATE cases SET closed_at = step_at WHERE NOT is_open;

CREATE INDEX cases_by_filing ON cases (filed_at, case_id);

-- So that a list of one service is read along the index until its page is full.
CREATE STATISTICS cases_by_service ON (kind || coalesce('.' || category, '')) FROM cases;
