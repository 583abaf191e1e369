-- A clinic's groups, by which applications tell its people apart. One that was removed comes back for a while, with its people;
-- its name is free meanwhile.

CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX groups_by_name ON groups (clinic_id, name_key) WHERE removed_at IS NULL;

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups (id),
    membership_id TEXT NOT NULL REFERENCES memberships (id),
    PRIMARY KEY (group_id, membership_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_of_member ON group_members (membership_id);

-- What a clinic knows of the professions of its people, each once; a number is what stands on the licence. Who entered it and who
-- saw the licence are people, or, where there is nobody, the server's own command line.

CREATE TABLE qualifications (
    id TEXT NOT NULL PRIMARY KEY,
    membership_id TEXT NOT NULL REFERENCES memberships (id),
    profession TEXT NOT NULL,
    number TEXT,
    entered_at INTEGER NOT NULL,
    entered_by TEXT REFERENCES users (id),
    verified_at INTEGER,
    verified_by TEXT REFERENCES users (id),
    verified_method TEXT,
    UNIQUE (membership_id, profession)
) STRICT;
