-- Refers to nothing, so that it outlives what it speaks of. WITHOUT ROWID: else REPLACE could aim at a row's number.
CREATE TABLE audit_events (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'client', 'command_line', 'system', 'nobody')),
    actor_id TEXT,
    actor_name TEXT,
    subject_id TEXT,
    clinic_id TEXT,
    client_id TEXT,
    session_ref TEXT,
    credential_ref TEXT,
    acr TEXT,
    amr TEXT NOT NULL,
    detail TEXT,
    request_id TEXT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;

-- Also what stops REPLACE, since connections of ours set recursive_triggers.
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;
