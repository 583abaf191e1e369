-- Refers to nothing, so that it outlives what it speaks of.
CREATE TABLE audit_events (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
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
);

CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only';
END
$$;

CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse();
