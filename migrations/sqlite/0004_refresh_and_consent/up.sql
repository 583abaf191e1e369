-- `refresh_n` counts the refresh tokens that a grant has given, and `refreshed_at` says when the last was; without them it
-- gives none. A grant that outlives its session is ended by nobody but its person, an administrator or its own limit.

ALTER TABLE grants ADD COLUMN refresh_n INTEGER;
ALTER TABLE grants ADD COLUMN refreshed_at INTEGER;
ALTER TABLE grants ADD COLUMN outlives_session INTEGER NOT NULL DEFAULT 0 CHECK (outlives_session IN (0, 1));

-- What the sweep goes by.
CREATE INDEX grants_end ON grants (expires_at);
CREATE INDEX sessions_end ON sessions (expires_at);

-- What people let applications of other houses have.
CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id),
    client_id TEXT NOT NULL REFERENCES clients (id),
    scopes TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;
