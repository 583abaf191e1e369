-- What is still to be told to somebody outside, written together with what it tells of. Whoever takes a row moves `due_at`
-- on before sending: one who dies meanwhile leaves it to be taken again.

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (due_at);
