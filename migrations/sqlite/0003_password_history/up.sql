-- Hashes of passwords that were replaced: none of the latest may be chosen again.

CREATE TABLE password_history (
    user_id TEXT NOT NULL REFERENCES users (id),
    replaced_at INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, replaced_at)
) STRICT, WITHOUT ROWID;
