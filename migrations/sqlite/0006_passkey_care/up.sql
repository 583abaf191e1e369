-- When a passkey was suspended, and by whom; an administrator gives a reason. `enabled` says the same in one word, and stays
-- what signing in asks, so that the binary before this one refuses a suspended passkey as well.

ALTER TABLE passkeys ADD COLUMN suspended_at INTEGER;
ALTER TABLE passkeys ADD COLUMN suspended_by TEXT CHECK (suspended_by IN ('owner', 'administrator'));
ALTER TABLE passkeys ADD COLUMN suspend_reason TEXT;

-- What people are shown of the trail: what concerns themselves, but for the tokens that their applications fetch all day,
-- and what one passkey was used for.
CREATE INDEX audit_events_of_subject ON audit_events (subject_id, id)
    WHERE subject_id IS NOT NULL AND kind NOT IN ('token.issued', 'token.refreshed');
CREATE INDEX audit_events_of_credential ON audit_events (credential_ref, id) WHERE credential_ref IS NOT NULL;
