//! What is to be told to somebody outside: written in the transaction that it tells of, sent after it, and again with
//! growing delays until it arrives or a day has passed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ClientId, ClinicId, InvitationId, Notice, SessionId, UnixTime, UserId};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// The application's session that began in this one is over (OpenID Connect Back-Channel Logout 1.0). Made into a
    /// token when it is sent, since a token lives for two minutes.
    Logout { client: ClientId, session: SessionId, user: UserId },
    /// By mail.
    Notice(Notice),
    /// By mail, to who is to come in: the link, sealed, since whoever reads the store must not.
    Invitation { invitation: InvitationId, user: UserId, clinic: ClinicId, link: String },
}

/// How messages go out. Each way is a timer of its own, so that a slow one holds up no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Post,
    Mail,
}

/// A message that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: String,
    pub message: Message,
    pub created_at: UnixTime,
    pub due_at: UnixTime,
    /// Those that have begun.
    pub attempts: i32,
}

/// Until the next attempt, counted from the beginning of one. The first is longer than any round may take, so that nobody
/// sends what somebody else is sending.
const DELAYS: [Duration; 4] =
    [Duration::from_secs(30), Duration::from_secs(60), Duration::from_secs(5 * 60), Duration::from_secs(15 * 60)];
const LAST_DELAY: Duration = Duration::from_secs(3600);

impl Waiting {
    /// It is given up once it has waited for so long.
    pub const PATIENCE: Duration = Duration::from_secs(24 * 3600);

    /// When it is tried again, unless the attempt that begins now succeeds.
    pub fn next_due(&self, now: UnixTime) -> UnixTime {
        let begun = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        now.plus(*DELAYS.get(begun).unwrap_or(&LAST_DELAY))
    }

    /// Whether the attempt that begins now is its last.
    pub fn is_last(&self, now: UnixTime) -> bool {
        self.next_due(now).since(self.created_at) > Self::PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    #[test]
    fn it_is_tried_ever_more_seldom_for_a_day() {
        let message = Message::Logout {
            client: ClientId::new("app"),
            session: SessionId::new("session"),
            user: UserId::new("hanako"),
        };
        let mut waiting = Waiting { id: String::new(), message, created_at: NOW, due_at: NOW, attempts: 0 };
        let mut minutes = Vec::new();
        let mut now = NOW;
        while !waiting.is_last(now) {
            let next = waiting.next_due(now);
            minutes.push(next.since(now).as_secs_f64() / 60.0);
            now = next;
            waiting.attempts += 1;
        }
        assert_eq!(minutes[..6], [0.5, 1.0, 5.0, 15.0, 60.0, 60.0]);
        assert_eq!(minutes.len(), 27);
        assert!(now.since(NOW) > Duration::from_secs(23 * 3600));
        assert!(waiting.next_due(now).since(NOW) > Waiting::PATIENCE);
    }

    #[test]
    fn one_that_was_left_lying_for_days_is_tried_once_more() {
        let message = Message::Logout {
            client: ClientId::new("app"),
            session: SessionId::new("session"),
            user: UserId::new("hanako"),
        };
        let late = NOW.plus(Duration::from_secs(72 * 3600));
        assert!(Waiting { id: String::new(), message, created_at: NOW, due_at: NOW, attempts: 0 }.is_last(late));
    }
}
