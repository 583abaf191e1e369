-- The number of six digits that somebody read out whose request failed.
ALTER TABLE audit_events ADD COLUMN incident TEXT;

-- What auditors ask for, each newest first. What applications fetch all day is found by clinic and by application alone: each
-- index more would make every token dearer.
CREATE INDEX audit_events_of_clinic ON audit_events (clinic_id, id) WHERE clinic_id IS NOT NULL;
CREATE INDEX audit_events_of_clinic_but_tokens ON audit_events (clinic_id, id)
    WHERE clinic_id IS NOT NULL AND kind NOT IN ('token.issued', 'token.refreshed');
CREATE INDEX audit_events_of_kind ON audit_events (kind, id) WHERE kind NOT IN ('token.issued', 'token.refreshed');
CREATE INDEX audit_events_of_client ON audit_events (client_id, id) WHERE client_id IS NOT NULL;
CREATE INDEX audit_events_by_person ON audit_events (actor_id, id) WHERE actor_kind = 'user';
CREATE INDEX audit_events_from ON audit_events (ip, id)
    WHERE ip <> '' AND kind NOT IN ('token.issued', 'token.refreshed');
CREATE INDEX audit_events_of_failure ON audit_events (outcome, id) WHERE outcome <> 'success';
CREATE INDEX audit_events_in_session ON audit_events (session_ref, id)
    WHERE session_ref IS NOT NULL AND kind NOT IN ('token.issued', 'token.refreshed');
CREATE INDEX audit_events_of_incident ON audit_events (incident, id) WHERE incident IS NOT NULL;
