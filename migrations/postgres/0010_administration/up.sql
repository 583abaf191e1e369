-- Whoever is nothing more is called a member now, which older binaries cannot read.
UPDATE memberships SET roles = replace(roles, '"staff"', '"member"');
UPDATE meta SET value = '0010' WHERE key = 'compatible_from';

-- What people are listed and found by, as `User::name_key` writes it: kana, name and address.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE users SET name_key =
    replace(replace(lower(coalesce(profile::json ->> 'name_kana', profile::json ->> 'name')), ' ', ''), '　', '')
    || ' ' || replace(replace(lower(profile::json ->> 'name'), ' ', ''), '　', '') || ' ' || email_key;

-- An administrator's suspension lies over its owner's own, which is there again when that is lifted.
ALTER TABLE passkeys ADD COLUMN owner_suspended BOOLEAN NOT NULL DEFAULT FALSE;

-- Who may enter an application; an empty list: whoever belongs to its clinic.
ALTER TABLE clients ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
