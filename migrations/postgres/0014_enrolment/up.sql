-- When somebody's time at a clinic is over by itself, and when what they had open there was ended for it. A new end takes
-- the second away again. An older binary would let in whose time is over.
ALTER TABLE memberships ADD COLUMN ends_at BIGINT;
ALTER TABLE memberships ADD COLUMN ended_at BIGINT;
CREATE INDEX memberships_end ON memberships (ends_at) WHERE ends_at IS NOT NULL AND ended_at IS NULL;
UPDATE meta SET value = '0014' WHERE key = 'compatible_from';

-- How the link travelled, by whom it was sent (nobody: at the server itself) and, of a letter, to which address.
ALTER TABLE invitations ADD COLUMN way TEXT NOT NULL DEFAULT 'link' CHECK (way IN ('mail', 'sheet', 'link'));
ALTER TABLE invitations ADD COLUMN sent_by TEXT REFERENCES users (id);
ALTER TABLE invitations ADD COLUMN sent_to TEXT;
CREATE INDEX invitations_of_clinic ON invitations (clinic_id, created_at);
