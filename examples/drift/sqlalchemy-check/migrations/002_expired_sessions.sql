-- Sessions end after 90 days.
ALTER TABLE sessions DROP CONSTRAINT chk_sessions_status;
ALTER TABLE sessions ADD CONSTRAINT chk_sessions_status
    CHECK (status IN ('processing', 'completed', 'failed', 'expired'));
