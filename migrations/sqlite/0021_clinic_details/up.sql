-- A clinic has its code, its colour and the addresses of its administrators, is found by its name however that is typed, and says when
-- it was last changed. Names that are there are folded as far as SQL can; the next change does the rest.

ALTER TABLE clinics ADD COLUMN code TEXT;
ALTER TABLE clinics ADD COLUMN accent TEXT;
ALTER TABLE clinics ADD COLUMN admin_addresses TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clinics ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clinics ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE clinics SET
    updated_at = created_at,
    name_key = lower(
        replace(coalesce(name_kana, name), ' ', '') || ' ' || replace(name, ' ', '') || ' '
            || replace(coalesce(name_en, ''), ' ', '') || ' '
    );
CREATE UNIQUE INDEX clinics_by_code ON clinics (code);
CREATE INDEX clinics_by_name ON clinics (name_key, id);

-- Whoever works for several clinics says for which one today; the session keeps whether they did, the membership when last.
ALTER TABLE sessions ADD COLUMN clinic_choice TEXT NOT NULL DEFAULT 'only' CHECK (clinic_choice IN ('only', 'open', 'made'));
ALTER TABLE memberships ADD COLUMN chosen_at INTEGER;
