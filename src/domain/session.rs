//! A person signed in on one browser, working for one clinic.

use std::time::Duration;

use super::{
    Acr, Authentication, Clinic, ClinicId, InvitationId, Membership, PasskeyId, SessionId, TerminalId, TerminalKind,
    UnixTime, User, UserId, named::named,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionKind {
    Ordinary,
    /// Reaches `/settings/passkeys`, `/settings/password`, `/settings/second-factor` and logout only; gives no application a
    /// token. Becomes an ordinary one with the first sign-in by passkey, or by password and code.
    Enrolling(EnrolledBy),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolledBy {
    Invitation(InvitationId),
    Password,
}

named! {
    /// Whether somebody has said for which of their clinics they work.
    ClinicChoice {
        /// They worked for one alone when they signed in.
        Only = "only",
        /// They are still to be asked.
        Open = "open",
        Made = "made",
    }
}

#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
    pub clinic_choice: ClinicChoice,
    pub kind: SessionKind,
    pub authentication: Authentication,
    /// Id of the authorization request that this session last authenticated for; it alone meets `prompt=login`.
    pub authenticated_for: Option<String>,
    pub passkey_id: Option<PasskeyId>,
    pub created_at: UnixTime,
    /// Written at most once a minute.
    pub last_seen_at: UnixTime,
    pub idle_limit: Duration,
    pub expires_at: UnixTime,
    pub ended_at: Option<UnixTime>,
    pub ip: String,
    pub user_agent: String,
    /// What the terminal counted as when the session was opened, or has counted as since it was revoked.
    pub terminal_kind: TerminalKind,
    /// Where a registered one was.
    pub terminal_id: Option<TerminalId>,
    /// When somebody last said, on a shared terminal, that it is still they.
    pub confirmed_at: Option<UnixTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    Alive,
    /// Signs nobody in any more, but what applications were given lives on.
    Idle,
    /// Past its absolute limit, or ended by somebody.
    Ended,
}

impl Session {
    /// `last_seen_at` is not written more often than this.
    pub const SEEN_EVERY: Duration = Duration::from_secs(60);
    /// Authenticators are changed only by a sign-in at most this old.
    pub const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
    /// Whoever came by an invitation cannot sign in again, and may have a phone to find first.
    pub const INVITED_FOR: Duration = Duration::from_secs(30 * 60);
    /// What an administrator's code opens lasts no longer, whatever the clinic's limit.
    pub const TEMPORARY_FOR: Duration = Duration::from_secs(12 * 3600);
    /// Others are looked after only by a sign-in at most this old.
    pub const ADMINISTERS_FOR: Duration = Duration::from_secs(15 * 60);

    pub fn state(&self, now: UnixTime) -> SessionState {
        if self.ended_at.is_some() || now >= self.expires_at {
            SessionState::Ended
        } else if now.since(self.last_seen_at) >= self.idle_limit {
            SessionState::Idle
        } else {
            SessionState::Alive
        }
    }

    pub fn is_fresh(&self, now: UnixTime) -> bool {
        now <= self.fresh_until()
    }

    pub fn fresh_until(&self) -> UnixTime {
        let span = if self.is_invited() { Self::INVITED_FOR } else { Self::FRESH_FOR };
        self.authentication.at.plus(span)
    }

    pub fn is_invited(&self) -> bool {
        matches!(self.kind, SessionKind::Enrolling(EnrolledBy::Invitation(_)))
    }

    /// By an administrator's code: work goes on, but nothing is changed of how the person signs in, nor of others.
    pub fn is_temporary(&self) -> bool {
        self.authentication.acr == Acr::Temporary
    }

    pub fn is_as_strong_as(&self, acr: Acr) -> bool {
        self.authentication.acr >= acr
    }

    /// On a shared terminal somebody else may have sat down meanwhile: an application is entered by who says that it is
    /// still they.
    pub fn asks_who(&self, now: UnixTime) -> bool {
        let known_since = self.confirmed_at.unwrap_or(self.authentication.at).max(self.authentication.at);
        self.is_shared() && now.since(known_since) > TerminalKind::SHARED_CONFIRMED_FOR
    }

    pub fn is_shared(&self) -> bool {
        self.terminal_kind == TerminalKind::Shared
    }

    /// On a PC that the clinic has registered as somebody's own.
    pub fn is_on_personal_pc(&self) -> bool {
        self.terminal_kind == TerminalKind::Personal && self.terminal_id.is_some()
    }

    pub fn wants_touch(&self, now: UnixTime) -> bool {
        now.since(self.last_seen_at) >= Self::SEEN_EVERY
    }
}

/// A session with whose it is and for whom they work, as one read finds them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: Session,
    pub user: User,
    pub membership: Membership,
    pub clinic: Clinic,
}

impl SignedIn {
    /// The session still signs its person in: alive, person active, membership alive.
    pub fn is_good(&self, now: UnixTime) -> bool {
        self.session.state(now) == SessionState::Alive && self.user.is_active() && self.membership.is_active(now)
    }
}
