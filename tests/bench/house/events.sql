-- Events {from} up to {to} of {all}, the last of them at {now}: one each {apart} ms. Half of them are tokens that applications renew, a
-- quarter tokens that they fetch, as on a trail of a year.
INSERT INTO audit_events
    (id, at, kind, outcome, actor_kind, actor_id, actor_name, subject_id, clinic_id, client_id, session_ref, amr, request_id, ip, user_agent)
WITH RECURSIVE count (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM count WHERE n + 1 < {to}),
event AS (
    SELECT n, {now} - ({all} - n) * {apart} AS at,
        CASE n % 20 WHEN 0 THEN 'auth.passkey' WHEN 1 THEN 'session.started' WHEN 2 THEN 'auth.password' WHEN 3 THEN 'session.ended'
            WHEN 4 THEN CASE WHEN n % 500000 = 4 THEN 'passkey.deleted' ELSE 'token.issued' END
            WHEN 5 THEN 'token.issued' WHEN 6 THEN 'token.issued' WHEN 7 THEN 'token.issued' WHEN 8 THEN 'token.issued'
            ELSE 'token.refreshed' END AS kind
    FROM count)
SELECT printf('%08x-%04x-7%03x-%04x-%012x', at >> 16, at & 65535, event.n & 4095, 32768 | (event.n >> 12 & 16383), event.n),
    at, kind, CASE WHEN event.n % 400 = 2 THEN 'failure' ELSE 'success' END,
    CASE WHEN kind LIKE 'token.%' THEN 'client' ELSE 'user' END,
    CASE WHEN kind LIKE 'token.%' THEN app.id ELSE staff.id END,
    CASE WHEN kind LIKE 'token.%' THEN NULL ELSE staff.name END,
    staff.id, house.id, app.id, printf('%016x', event.n / 500), '["pwd"]', printf('%016x', event.n * 2654435761),
    printf('10.%d.%d.%d', staff.clinic, staff.n % 40, staff.n % 250),
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36'
FROM event
JOIN staff ON staff.n = (event.n * 2654435761 >> 11) % 100000
JOIN house ON house.n = staff.clinic
JOIN app ON app.n = (event.n * 2246822519 >> 11) % 2000;
