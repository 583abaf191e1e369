//! Who may add, enable or delete an authenticator, or change the password: a sign-in at most five minutes old (half an hour by
//! an invitation), and as strong as the strongest enabled authenticator that the person has.
//!
//! A password alone may enrol only while the person has never held a passkey or second factor *and* their invitation still
//! vouches for them; otherwise a leaked password would become a passkey. An administrator's code lets nobody enrol: what it
//! opens is over with the day.
//!
//! Who looks after others has signed in with a passkey, at most fifteen minutes ago.

use super::{Acr, EnrolledBy, Invitation, Passkey, Session, SessionKind, UnixTime, User};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooWeak {
    /// Signed in too long ago: signing in again is enough.
    NotFresh,
    /// A stronger authenticator exists: signing in with it is enough.
    NotStrong,
    /// Signed in by an administrator's code: their own authenticator is enough, or a new invitation.
    Temporary,
    /// It takes a passkey of one's own, and there is none that is enabled.
    NoPasskey,
    /// Nothing that the person holds is enough: an administrator has to invite them anew.
    NeedsInvitation,
}

impl TooWeak {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFresh => "not_fresh",
            Self::NotStrong => "not_strong",
            Self::Temporary => "temporary",
            Self::NoPasskey => "no_passkey",
            Self::NeedsInvitation => "needs_invitation",
        }
    }
}

/// What a person can be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    pub user: &'a User,
    pub passkeys: &'a [Passkey],
    pub second_factor: bool,
    /// The newest.
    pub invitation: Option<&'a Invitation>,
}

pub fn may_change_authenticators(session: &Session, held: &Held<'_>, now: UnixTime) -> Result<(), TooWeak> {
    if session.is_temporary() {
        return Err(TooWeak::Temporary);
    }
    if !session.is_fresh(now) {
        return Err(if session.is_invited() { TooWeak::NeedsInvitation } else { TooWeak::NotFresh });
    }
    let mut enabled = held.passkeys.iter().filter(|passkey| passkey.is_enabled()).peekable();
    let any = enabled.peek().is_some();
    // A passkey that was suspended or deleted speaks for nobody, but where it was the last: its person may still resume it.
    if session.is_as_strong_as(Acr::Passkey) && (!any || enabled.any(|it| Some(&it.id) == session.passkey_id.as_ref()))
    {
        return Ok(());
    }
    if any {
        return Err(TooWeak::NotStrong);
    }
    // The second factor that was shown a moment ago may be gone: whoever changes their telephone sets up the next.
    if session.is_as_strong_as(Acr::SecondFactor) {
        return Ok(());
    }
    let vouched = held.invitation.filter(|invitation| invitation.is_fresh(now));
    let enough = match &session.kind {
        // A newer one may have been asked for because this one fell into other hands. It is given to whoever has lost
        // their second factor, once their clinic has seen who they are.
        SessionKind::Enrolling(EnrolledBy::Invitation(used)) => vouched.is_some_and(|latest| *used == latest.id),
        SessionKind::Enrolling(EnrolledBy::Password) | SessionKind::Ordinary => {
            vouched.is_some() && !held.user.ever_enrolled
        }
    };
    match enough {
        true => Ok(()),
        false if held.second_factor => Err(TooWeak::NotStrong),
        false => Err(TooWeak::NeedsInvitation),
    }
}

/// Change something of others: by a passkey that is still good, at most fifteen minutes ago. `passkeys`: one's own.
pub fn may_administer(session: &Session, passkeys: &[Passkey], now: UnixTime) -> Result<(), TooWeak> {
    let mut enabled = passkeys.iter().filter(|passkey| passkey.is_enabled()).peekable();
    if enabled.peek().is_none() {
        return Err(TooWeak::NoPasskey);
    }
    if !session.is_as_strong_as(Acr::Passkey) || !enabled.any(|it| Some(&it.id) == session.passkey_id.as_ref()) {
        return Err(TooWeak::NotStrong);
    }
    let fresh = now.since(session.authentication.at) <= Session::ADMINISTERS_FOR;
    if fresh { Ok(()) } else { Err(TooWeak::NotFresh) }
}
