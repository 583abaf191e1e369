-- The second factor beside the password: the seed of an authenticator app, sealed with the master key, and the codes for the
-- day when the app is lost, as keyed hashes. Nobody has more than one app.
CREATE TABLE second_factors (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    sealed_seed TEXT NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id),
    code_hash TEXT NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- What a right password leads to. Clinics that let it stand alone go on doing so, and with an end: what had none ends with
-- the fiscal year (2027-03-31 in Japan), after which the guideline wants two factors of everybody.
ALTER TABLE clinics ADD COLUMN password_fallback TEXT NOT NULL DEFAULT 'second_factor'
    CHECK (password_fallback IN ('second_factor', 'password_only', 'deny'));
UPDATE clinics SET password_fallback = 'password_only' WHERE password_only_reason IS NOT NULL;
UPDATE clinics SET password_only_until = 1806505200000
    WHERE password_only_reason IS NOT NULL AND password_only_until IS NULL;

-- Which rule a password met when it was chosen; until now there was one alone.
ALTER TABLE users ADD COLUMN password_class TEXT NOT NULL DEFAULT 'alone'
    CHECK (password_class IN ('alone', 'with_second_factor'));
