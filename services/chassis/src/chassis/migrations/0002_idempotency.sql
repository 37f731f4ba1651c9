-- First answers to commands, so that a retry gets the same one.
CREATE TABLE idempotency (
    key         bytea       PRIMARY KEY,  -- hash of method, path, caller and Idempotency-Key
    request     bytea       NOT NULL,     -- hash of the query and body it was used with
    answer      bytea,                    -- status, headers and body, sealed by the key itself;
                                          -- NULL only inside the transaction that runs the command
    answered_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idempotency_by_age ON idempotency (answered_at);
