-- Times are milliseconds since 1970, spans milliseconds, lists JSON.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- The oldest schema that a binary must know to work with this one. A migration that older binaries cannot live with moves it.
INSERT INTO meta (key, value) VALUES ('compatible_from', '0001');

CREATE TABLE clinics (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_kana TEXT,
    name_en TEXT,
    contact TEXT NOT NULL,
    password_only_reason TEXT,
    password_only_until BIGINT,
    session_idle BIGINT NOT NULL,
    session_absolute BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_verified BOOLEAN NOT NULL,
    password_hash TEXT,
    password_failures INTEGER NOT NULL CHECK (password_failures >= 0),
    profile TEXT NOT NULL,
    passkey_count INTEGER NOT NULL CHECK (passkey_count >= 0),
    ever_enrolled BOOLEAN NOT NULL,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    roles TEXT NOT NULL,
    suspended_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (user_id, clinic_id)
);
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
    pkce_required BOOLEAN NOT NULL,
    first_party BOOLEAN NOT NULL,
    clinic_id TEXT REFERENCES clinics (id),
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX invitations_of_user ON invitations (user_id, created_at);

CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    aaguid TEXT NOT NULL,
    transports TEXT NOT NULL,
    backup_eligible BOOLEAN NOT NULL,
    backup_state BOOLEAN NOT NULL,
    sign_count BIGINT NOT NULL CHECK (sign_count >= 0),
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    created_ip TEXT NOT NULL,
    created_user_agent TEXT NOT NULL,
    last_used_at BIGINT,
    last_used_ip TEXT,
    last_used_user_agent TEXT,
    use_count BIGINT NOT NULL CHECK (use_count >= 0)
);
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
    auth_time BIGINT NOT NULL,
    authenticated_for TEXT,
    passkey_id TEXT,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_limit BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
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
    auth_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX grants_of_session ON grants (session_id);
CREATE INDEX grants_of_user ON grants (user_id);

CREATE TABLE spent (
    id TEXT NOT NULL PRIMARY KEY,
    keep_until BIGINT NOT NULL
);
CREATE INDEX spent_keep_until ON spent (keep_until);

CREATE TABLE password_attempts (
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    not_before BIGINT NOT NULL,
    PRIMARY KEY (account, address)
);

CREATE TABLE unattributed (
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    typed_hash TEXT NOT NULL,
    minute BIGINT NOT NULL,
    count BIGINT NOT NULL CHECK (count > 0),
    PRIMARY KEY (kind, address, typed_hash, minute)
);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    alg TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    public_jwk TEXT NOT NULL,
    sealed_private TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at BIGINT
);
