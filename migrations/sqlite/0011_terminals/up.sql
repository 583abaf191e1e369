-- The PCs that a clinic knows, each by a cookie of its own whose hash is here: it tells where somebody signs in, and signs
-- nobody in. Until the link is opened on the PC there is no such cookie; a row stays when it is revoked, for what names it.

CREATE TABLE terminals (
    id TEXT NOT NULL PRIMARY KEY,
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    kind TEXT NOT NULL CHECK (kind IN ('shared', 'personal')),
    name TEXT NOT NULL,
    link_hash TEXT NOT NULL UNIQUE,
    secret_hash TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    registered_at INTEGER,
    registered_ip TEXT,
    registered_user_agent TEXT,
    last_seen_at INTEGER,
    last_seen_ip TEXT,
    last_seen_user_agent TEXT,
    revoked_at INTEGER
) STRICT;
CREATE INDEX terminals_of_clinic ON terminals (clinic_id, name);

-- What a PC counts as that the clinic does not know.
ALTER TABLE clinics ADD COLUMN unregistered_terminal TEXT NOT NULL DEFAULT 'shared'
    CHECK (unregistered_terminal IN ('shared', 'personal'));

-- What the PC counted as when the session was made, and since when it is known who sits there. Sessions that are open keep the
-- limits that they were opened with.
ALTER TABLE sessions ADD COLUMN terminal_kind TEXT NOT NULL DEFAULT 'personal' CHECK (terminal_kind IN ('shared', 'personal'));
ALTER TABLE sessions ADD COLUMN terminal_id TEXT REFERENCES terminals (id);
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;
CREATE INDEX sessions_of_terminal ON sessions (terminal_id) WHERE terminal_id IS NOT NULL;
