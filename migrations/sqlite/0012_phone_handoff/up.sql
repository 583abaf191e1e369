-- A link by which a phone registers its own passkey for a session on a PC. Both ask how far it has come, so it cannot travel
-- sealed: one row a session, swept soon after its few minutes.

CREATE TABLE handoffs (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE REFERENCES sessions (id),
    token_hash TEXT NOT NULL UNIQUE,
    stage TEXT NOT NULL CHECK (stage IN ('shown', 'pressed', 'confirmed', 'offered', 'done', 'ended')),
    phone_hash TEXT,
    digits TEXT,
    wrong_digits INTEGER NOT NULL CHECK (wrong_digits >= 0),
    pressed_elsewhere INTEGER NOT NULL CHECK (pressed_elsewhere IN (0, 1)),
    offer TEXT,
    end_reason TEXT,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX handoffs_expire ON handoffs (expires_at);
