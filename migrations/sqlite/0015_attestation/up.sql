-- What was proven of who made a passkey's authenticator when it was registered. Of those that are there nothing was, and it
-- stays so: a statement cannot be asked for again.

ALTER TABLE passkeys ADD COLUMN attestation TEXT NOT NULL DEFAULT 'none'
    CHECK (attestation IN ('none', 'self', 'verified'));
ALTER TABLE passkeys ADD COLUMN attestation_format TEXT;
