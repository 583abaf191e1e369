//! A PC of a clinic: who sits there now may be somebody else in a minute, or always the same person.

use std::time::Duration;

use serde::Serialize;

use super::{ClinicId, TerminalId, UnixTime, named::named};

named! {
    TerminalKind {
        /// Whoever comes by: single sign-on ends soon, and nothing is offered to be kept there.
        Shared = "shared",
        /// One person's own.
        Personal = "personal",
    }
}

impl TerminalKind {
    /// Unused for so long, a session on a shared terminal signs nobody in.
    pub const SHARED_IDLE: Duration = Duration::from_secs(5 * 60);
    /// After so long a shared terminal asks whether it is still the same person.
    pub const SHARED_CONFIRMED_FOR: Duration = Duration::from_secs(10 * 60);

    /// What of a clinic's limit is left there.
    pub fn idle_limit(self, of_clinic: Duration) -> Duration {
        match self {
            Self::Shared => of_clinic.min(Self::SHARED_IDLE),
            Self::Personal => of_clinic,
        }
    }

    /// The stricter of two.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Personal, Self::Personal) => Self::Personal,
            _ => Self::Shared,
        }
    }
}

/// Its cookie says which PC it is and nothing else: it signs nobody in.
#[derive(Clone, Debug)]
pub struct Terminal {
    pub id: TerminalId,
    pub clinic_id: ClinicId,
    pub kind: TerminalKind,
    pub name: String,
    pub created_at: UnixTime,
    /// When its link was opened on it, and where that was; before, there is only the link.
    pub registered: Option<Seen>,
    /// When somebody last signed in there: from elsewhere than it was registered, its cookie may have been copied.
    pub last_seen: Option<Seen>,
    pub revoked_at: Option<UnixTime>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub at: UnixTime,
    pub ip: String,
    pub user_agent: String,
}

named! {
    TerminalState {
        /// Its link waits to be opened.
        Waiting = "waiting",
        /// The link was never opened in time.
        Lapsed = "lapsed",
        Registered = "registered",
        Revoked = "revoked",
    }
}

impl Terminal {
    /// Of the link that is opened on the PC.
    pub const LINK_LIFETIME: Duration = Duration::from_secs(24 * 3600);

    pub fn is_shared(&self) -> bool {
        self.kind == TerminalKind::Shared
    }

    pub fn link_expires_at(&self) -> UnixTime {
        self.created_at.plus(Self::LINK_LIFETIME)
    }

    /// It is registered, or may still be.
    pub fn is_known(&self, now: UnixTime) -> bool {
        matches!(self.state(now), TerminalState::Waiting | TerminalState::Registered)
    }

    pub fn state(&self, now: UnixTime) -> TerminalState {
        match (self.revoked_at, &self.registered) {
            (Some(_), _) => TerminalState::Revoked,
            (None, Some(_)) => TerminalState::Registered,
            (None, None) if now < self.link_expires_at() => TerminalState::Waiting,
            (None, None) => TerminalState::Lapsed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_terminal_shortens_a_clinics_limit_and_never_lengthens_it() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        assert_eq!(TerminalKind::Shared.idle_limit(minutes(30)), minutes(5));
        assert_eq!(TerminalKind::Shared.idle_limit(minutes(2)), minutes(2));
        assert_eq!(TerminalKind::Personal.idle_limit(minutes(30)), minutes(30));
    }

    #[test]
    fn the_stricter_of_two_is_shared() {
        use TerminalKind::{Personal, Shared};
        assert_eq!([Shared.and(Shared), Shared.and(Personal), Personal.and(Shared)], [Shared; 3]);
        assert_eq!(Personal.and(Personal), Personal);
    }
}
