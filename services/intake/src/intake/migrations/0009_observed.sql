-- To find what was observed by the case that it became, when that is forgotten.
CREATE INDEX observations_by_case ON observations (case_id) WHERE case_id IS NOT NULL;
