-- `refresh_n` counts the refresh tokens that a grant has given, and `refreshed_at` says when the last was; without them it
-- gives none. A grant that outlives its session is ended by nobody but its person, an administrator or its own limit.

ALTER TABLE grants ADD COLUMN refresh_n BIGINT;
ALTER TABLE grants ADD COLUMN refreshed_at BIGINT;
ALTER TABLE grants ADD COLUMN outlives_session BOOLEAN NOT NULL DEFAULT FALSE;

-- What the sweep goes by.
CREATE INDEX grants_end ON grants (expires_at);
CREATE INDEX sessions_end ON sessions (expires_at);

-- What people let applications of other houses have.
CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id),
    client_id TEXT NOT NULL REFERENCES clients (id),
    scopes TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id)
);
