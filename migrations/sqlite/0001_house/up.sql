-- Times are milliseconds since 1970, spans milliseconds, lists JSON.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The oldest schema that a binary must know to work with this one. A migration that older binaries cannot live with moves it.
INSERT INTO meta (key, value) VALUES ('compatible_from', '0001');

CREATE TABLE clinics (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_kana TEXT,
    name_en TEXT,
    contact TEXT NOT NULL,
    password_only_reason TEXT,
    password_only_until INTEGER,
    session_idle INTEGER NOT NULL,
    session_absolute INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
    password_hash TEXT,
    password_failures INTEGER NOT NULL CHECK (password_failures >= 0),
    profile TEXT NOT NULL,
    passkey_count INTEGER NOT NULL CHECK (passkey_count >= 0),
    ever_enrolled INTEGER NOT NULL CHECK (ever_enrolled IN (0, 1)),
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    roles TEXT NOT NULL,
    suspended_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, clinic_id)
) STRICT;
CREATE INDEX memberships_of_clinic ON memberships (clinic_id);

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    secret_hash TEXT,
    redirect_uris TEXT NOT NULL,
    post_logout_redirect_uris TEXT NOT NULL,
    backchannel_logout_uri TEXT,
    start_uri TEXT,
    scopes TEXT NOT NULL,
    grants TEXT NOT NULL,
    id_token_alg TEXT NOT NULL,
    pkce_required INTEGER NOT NULL CHECK (pkce_required IN (0, 1)),
    first_party INTEGER NOT NULL CHECK (first_party IN (0, 1)),
    clinic_id TEXT REFERENCES clinics (id),
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX invitations_of_user ON invitations (user_id, created_at);

CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    aaguid TEXT NOT NULL,
    transports TEXT NOT NULL,
    backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
    backup_state INTEGER NOT NULL CHECK (backup_state IN (0, 1)),
    sign_count INTEGER NOT NULL CHECK (sign_count >= 0),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_ip TEXT NOT NULL,
    created_user_agent TEXT NOT NULL,
    last_used_at INTEGER,
    last_used_ip TEXT,
    last_used_user_agent TEXT,
    use_count INTEGER NOT NULL CHECK (use_count >= 0)
) STRICT;
CREATE INDEX passkeys_of_user ON passkeys (user_id, created_at);

-- `passkey_id` outlives its passkey: a session says what it was opened with.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    kind TEXT NOT NULL CHECK (kind IN ('ordinary', 'enrolling_by_invitation', 'enrolling_by_password')),
    invitation_id TEXT REFERENCES invitations (id),
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    authenticated_for TEXT,
    passkey_id TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    idle_limit INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id, created_at);

CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    scopes TEXT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_of_session ON grants (session_id);
CREATE INDEX grants_of_user ON grants (user_id);

CREATE TABLE spent (
    id TEXT NOT NULL PRIMARY KEY,
    keep_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_keep_until ON spent (keep_until);

CREATE TABLE password_attempts (
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    not_before INTEGER NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE unattributed (
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    typed_hash TEXT NOT NULL,
    minute INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (kind, address, typed_hash, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    alg TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    public_jwk TEXT NOT NULL,
    sealed_private TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    retired_at INTEGER
) STRICT;
