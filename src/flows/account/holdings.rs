//! What a person holds, as far as it decides what their session may change ([`may_change_authenticators`]).
//!
//! Read once to decide, and once more inside the write, behind the lock on the person's row: of two changes that come at
//! once from one weak session, the second sees what the first made of the person.

use crate::{
    domain::{
        Held, Invitation, Passkey, SecondFactor, Session, TooWeak, UnixTime, User, UserId, may_change_authenticators,
    },
    store::{self, Conn, StoreError},
};

pub struct Holdings {
    pub user: User,
    /// Oldest first, suspended ones too.
    pub passkeys: Vec<Passkey>,
    pub second_factor: Option<SecondFactor>,
    /// The newest.
    invitation: Option<Invitation>,
}

impl Holdings {
    pub fn read(conn: &mut Conn, user: &UserId) -> Result<Self, StoreError> {
        let found = store::users::find(conn, user)?;
        Ok(Self {
            user: found.ok_or_else(|| StoreError::BrokenRow("a session whose person is gone".to_owned()))?,
            passkeys: store::passkeys::list_for_user(conn, user)?,
            second_factor: store::second_factors::find(conn, user)?,
            invitation: store::invitations::latest_for_user(conn, user)?,
        })
    }

    pub fn has_room(&self) -> bool {
        i32::try_from(self.passkeys.len()).is_ok_and(|held| held < User::PASSKEY_LIMIT)
    }

    /// The next passkey is as the first: whoever lost all that they had does what their clinic has a new person do.
    pub fn begins(&self) -> bool {
        !self.passkeys.iter().any(Passkey::is_enabled)
    }

    /// Add, resume or delete an authenticator, choose a password.
    pub fn may_change(&self, session: &Session, now: UnixTime) -> Result<(), TooWeak> {
        let held = Held {
            user: &self.user,
            passkeys: &self.passkeys,
            second_factor: self.second_factor.is_some(),
            invitation: self.invitation.as_ref(),
        };
        may_change_authenticators(session, &held, now)
    }
}
