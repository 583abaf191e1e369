-- What an administrator asked for, to which another has to agree: a one-time code, or a new invitation; and how the first made
-- sure of the person. An older binary would make a code of a wish for an invitation.
ALTER TABLE access_codes ADD COLUMN purpose TEXT NOT NULL DEFAULT 'code' CHECK (purpose IN ('code', 'invitation'));
ALTER TABLE access_codes ADD COLUMN checked TEXT CHECK (checked IN ('known', 'card', 'call_back', 'other'));
UPDATE meta SET value = '0016' WHERE key = 'compatible_from';

-- Made for somebody who had been in before: what it opens is an account that is in use.
ALTER TABLE invitations ADD COLUMN again BOOLEAN NOT NULL DEFAULT FALSE;
