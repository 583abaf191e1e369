-- What a clinic's people are listed and found by, a copy of `users.name_key`: one index then holds clinic and name, where a list
-- of many thousands was put in order for each page. Kept by the database itself, so that an older binary keeps it too; while a
-- backup is read, the person may come after their membership, which brings its copy along.
ALTER TABLE memberships ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE memberships SET name_key = users.name_key FROM users WHERE users.id = memberships.user_id;
CREATE INDEX memberships_by_name ON memberships (clinic_id, name_key, id);
DROP INDEX memberships_of_clinic;

CREATE FUNCTION memberships_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name_key := coalesce((SELECT name_key FROM users WHERE users.id = NEW.user_id), NEW.name_key);
    RETURN NEW;
END
$$;

CREATE TRIGGER memberships_named BEFORE INSERT ON memberships
FOR EACH ROW EXECUTE FUNCTION memberships_name();

CREATE FUNCTION users_rename() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET name_key = NEW.name_key WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_renamed AFTER UPDATE OF name_key ON users
FOR EACH ROW WHEN (NEW.name_key <> OLD.name_key) EXECUTE FUNCTION users_rename();

-- The same of all clinics' people.
CREATE INDEX users_by_name ON users (name_key, id);
