-- An address is proven by whoever opened what was sent to it, and by nothing else. It used to be enough that an operator said so
-- while inviting, and a row does not tell which it was: where no used letter proves it, it is open again.
UPDATE users SET email_verified = 0 WHERE email_verified = 1 AND NOT EXISTS (
    SELECT 1 FROM invitations
    WHERE invitations.user_id = users.id AND invitations.way = 'mail' AND invitations.used_at IS NOT NULL
        AND invitations.sent_to = users.email
);
