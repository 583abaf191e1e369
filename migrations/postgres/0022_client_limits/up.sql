-- An application asks for a way of signing in, and for a kind of terminal; what it is given lasts as long as it says, and
-- its secret no longer than that. It may know claims by other names. When it was last used is written at most once an hour.

ALTER TABLE clients ADD COLUMN min_acr TEXT;
ALTER TABLE clients ADD COLUMN takes_temporary BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE clients ADD COLUMN terminals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clients ADD COLUMN lifetimes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE clients ADD COLUMN secret_days BIGINT;
ALTER TABLE clients ADD COLUMN secret_expires_at BIGINT;
ALTER TABLE clients ADD COLUMN last_used_at BIGINT;
ALTER TABLE clients ADD COLUMN claim_names TEXT NOT NULL DEFAULT '{}';
