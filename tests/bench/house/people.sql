-- A house of clinics around what `seed` made: one clinic, one person, one application, of which everything here is a copy. Numbers
-- stand for names: clinic 0 has 60,000 people, clinic 1 as many as a page shows, eighteen others share the rest.

CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
INSERT INTO number WITH RECURSIVE count (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM count WHERE n < 99999) SELECT n FROM count;

CREATE TEMP TABLE family (n INTEGER PRIMARY KEY, written TEXT, sounds TEXT);
INSERT INTO family VALUES (0, '佐藤', 'サトウ'), (1, '鈴木', 'スズキ'), (2, '高橋', 'タカハシ'), (3, '田中', 'タナカ'), (4, '伊藤', 'イトウ'),
    (5, '渡辺', 'ワタナベ'), (6, '山本', 'ヤマモト'), (7, '中村', 'ナカムラ'), (8, '小林', 'コバヤシ'), (9, '加藤', 'カトウ'), (10, '吉田', 'ヨシダ'),
    (11, '山田', 'ヤマダ'), (12, '佐々木', 'ササキ'), (13, '山口', 'ヤマグチ'), (14, '松本', 'マツモト'), (15, '井上', 'イノウエ'), (16, '木村', 'キムラ'),
    (17, '林', 'ハヤシ'), (18, '斎藤', 'サイトウ');
CREATE TEMP TABLE given (n INTEGER PRIMARY KEY, written TEXT, sounds TEXT);
INSERT INTO given VALUES (0, '花子', 'ハナコ'), (1, '美咲', 'ミサキ'), (2, '陽子', 'ヨウコ'), (3, '恵', 'メグミ'), (4, '直樹', 'ナオキ'), (5, '健太', 'ケンタ'),
    (6, '大輔', 'ダイスケ'), (7, '翔', 'ショウ'), (8, '愛', 'アイ'), (9, '由美', 'ユミ'), (10, '誠', 'マコト'), (11, '修', 'オサム'), (12, '久美子', 'クミコ');

CREATE TEMP TABLE house AS SELECT n, printf('00000000-0000-7000-8000-%012x', n) AS id FROM number WHERE n < 20;
CREATE TEMP TABLE staff AS
    SELECT number.n, printf('00000000-0000-7000-8001-%012x', number.n) AS id,
        CASE WHEN number.n < 60000 THEN 0 WHEN number.n < 60050 THEN 1 ELSE 2 + number.n % 18 END AS clinic,
        family.written || ' ' || given.written AS name, family.sounds || ' ' || given.sounds AS kana,
        'staff' || number.n || '@house.example' AS email
    FROM number JOIN family ON family.n = number.n * 7919 % 19 JOIN given ON given.n = number.n * 104729 % 13;
CREATE UNIQUE INDEX temp.staff_by_number ON staff (n);
CREATE TEMP TABLE app AS
    SELECT n, printf('00000000-0000-7000-8002-%012x', n) AS id, CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 1 + n % 19 END AS clinic
    FROM number WHERE n < 2000;
CREATE UNIQUE INDEX temp.app_by_number ON app (n);

-- Copies are made whole and then told apart by their row's number, which is one more than their own.
CREATE TEMP TABLE copied_clinic AS SELECT clinics.* FROM house, (SELECT * FROM clinics LIMIT 1) AS clinics ORDER BY house.n;
UPDATE copied_clinic SET id = (SELECT id FROM house WHERE n = copied_clinic.rowid - 1), name = printf('第%02d病院', rowid - 1);
INSERT INTO clinics SELECT * FROM copied_clinic;

CREATE TEMP TABLE copied_user AS SELECT users.* FROM staff, (SELECT * FROM users LIMIT 1) AS users ORDER BY staff.n;
UPDATE copied_user SET (id, handle, email, email_key, email_verified, profile, passkey_count, ever_enrolled, name_key) =
    (SELECT id, replace(id, '-8001-', '-8003-'), email, email, 1, json_set(profile, '$.name', name, '$.name_kana', kana), 1, 1,
        replace(kana, ' ', '') || ' ' || replace(name, ' ', '') || ' ' || email
     FROM staff WHERE n = copied_user.rowid - 1);
INSERT INTO users SELECT * FROM copied_user;

INSERT INTO memberships (id, user_id, clinic_id, roles, created_at)
    SELECT replace(staff.id, '-8001-', '-8004-'), staff.id, house.id,
        CASE staff.n WHEN 0 THEN '["system_admin"]' WHEN 1 THEN '["clinic_admin"]' WHEN 60000 THEN '["clinic_admin"]' ELSE '["member"]' END, 0
    FROM staff JOIN house ON house.n = staff.clinic;

CREATE TEMP TABLE copied_client AS SELECT clients.* FROM app, (SELECT * FROM clients LIMIT 1) AS clients ORDER BY app.n;
UPDATE copied_client SET (id, name, name_key, clinic_id) =
    (SELECT app.id, printf('部門システム %04d', app.n), printf('部門システム%04d', app.n), house.id
     FROM app LEFT JOIN house ON house.n = app.clinic WHERE app.n = copied_client.rowid - 1);
INSERT INTO clients SELECT * FROM copied_client;

-- Everybody came in by one; those who are on their way are 5,000 of the great clinic's and all of the small one's.
INSERT INTO invitations (id, user_id, clinic_id, token_hash, created_at, used_at, way, sent_by, sent_to)
    SELECT replace(staff.id, '-8001-', '-8005-'), staff.id, house.id, 'invitation-' || staff.n, {now} - 86400000 - staff.n,
        CASE WHEN staff.n < 5000 OR staff.clinic = 1 THEN NULL ELSE {now} END, 'mail', printf('00000000-0000-7000-8001-%012x', 1), email
    FROM staff JOIN house ON house.n = staff.clinic;

-- 2,000 PCs of the great clinic, 50 of the small one, 50 of each other; somebody is signed in at most of them.
INSERT INTO terminals (id, clinic_id, kind, name, link_hash, secret_hash, created_at, registered_at, registered_ip, registered_user_agent)
    SELECT printf('00000000-0000-7000-8006-%012x', number.n), house.id, 'shared', printf('処置室 PC-%04d', number.n), 'link-' || number.n,
        'terminal-' || number.n, 0, 0, '192.0.2.1', 'Mozilla/5.0'
    FROM number JOIN house ON house.n = CASE WHEN number.n < 2000 THEN 0 ELSE 1 + number.n % 19 END WHERE number.n < 2950;

-- `seed` opened one session, of somebody else.
CREATE TEMP TABLE copied_session AS
    SELECT sessions.* FROM staff, (SELECT * FROM sessions LIMIT 1) AS sessions WHERE staff.n % 5 = 0 OR staff.n = 1 ORDER BY staff.n;
UPDATE copied_session SET (id, user_id, clinic_id, secret_hash, terminal_id) =
    (SELECT replace(staff.id, '-8001-', '-8007-'), staff.id, house.id, 'session-' || staff.n,
        (SELECT id FROM terminals WHERE id = printf('00000000-0000-7000-8006-%012x', staff.n / 5))
     FROM staff JOIN house ON house.n = staff.clinic
     WHERE staff.n = CASE copied_session.rowid WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE (copied_session.rowid - 2) * 5 END);
INSERT INTO sessions SELECT * FROM copied_session;
