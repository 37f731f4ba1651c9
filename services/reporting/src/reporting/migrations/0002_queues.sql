-- What waits for somebody to be sent, and what is late with nobody called: 0 for no such event.
ALTER TABLE cases
    ADD COLUMN sent_seq  bigint NOT NULL DEFAULT 0,  -- it went to somebody
    ADD COLUMN loose_seq bigint NOT NULL DEFAULT 0,  -- whoever had it has it no longer
    ADD COLUMN stuck_seq bigint NOT NULL DEFAULT 0;  -- late, and nobody above is called
