-- An application keeps its former secret until it knows the new one, is found by its name however that is typed, and comes
-- back for a while after it was removed. Names that are there are folded as far as SQL can; the next change does the rest.

ALTER TABLE clients ADD COLUMN former_secret_hash TEXT;
ALTER TABLE clients ADD COLUMN former_secret_until BIGINT;
ALTER TABLE clients ADD COLUMN removed_at BIGINT;
ALTER TABLE clients ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE clients SET name_key = lower(replace(name, ' ', ''));
CREATE INDEX clients_by_name ON clients (name_key, id);
