-- What a clinic's people are listed and found by, a copy of `users.name_key`: one index then holds clinic and name, where a list
-- of many thousands was put in order for each page. Kept by the database itself, so that an older binary keeps it too; while a
-- backup is read, the person may come after their membership, which brings its copy along.
ALTER TABLE memberships ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE memberships SET name_key = (SELECT name_key FROM users WHERE users.id = user_id);
CREATE INDEX memberships_by_name ON memberships (clinic_id, name_key, id);
DROP INDEX memberships_of_clinic;

CREATE TRIGGER memberships_named AFTER INSERT ON memberships
BEGIN
    UPDATE memberships SET name_key = coalesce((SELECT name_key FROM users WHERE users.id = NEW.user_id), name_key) WHERE id = NEW.id;
END;

CREATE TRIGGER users_renamed AFTER UPDATE OF name_key ON users WHEN NEW.name_key <> OLD.name_key
BEGIN
    UPDATE memberships SET name_key = NEW.name_key WHERE user_id = NEW.id;
END;

-- The same of all clinics' people.
CREATE INDEX users_by_name ON users (name_key, id);
