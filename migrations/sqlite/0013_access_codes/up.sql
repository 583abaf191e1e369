-- The administrator's one-time code for somebody whose device is broken: asked for, made as soon as nobody else has to agree,
-- and typed once. A person has one at most; it goes when it is used.

CREATE TABLE access_codes (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    reason TEXT NOT NULL,
    asked_by TEXT REFERENCES users (id),
    asked_at INTEGER NOT NULL,
    code_hash TEXT,
    tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX access_codes_of_clinic ON access_codes (clinic_id);
CREATE INDEX access_codes_expire ON access_codes (expires_at);
