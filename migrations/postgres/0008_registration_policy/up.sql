-- Which passkeys a clinic's people may register, as one object: it is read and changed as a whole. Clinics that are there begin
-- as new ones do: the first passkey is on a phone.

ALTER TABLE clinics ADD COLUMN registration TEXT NOT NULL DEFAULT
    '{"passkeys":"phone_first","security_keys":"later","allow_synced":true,"unclear":"accept","windows_hello_on_personal_pc":false,"blocked":[],"only":[],"challenge_seconds":60}';
