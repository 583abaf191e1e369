//! What a person holds, as far as it decides what their session may change ([`may_change_authenticators`]).
//!
//! Read once to decide, and once more inside the write, behind the lock on the person's row: of two changes that come at
//! once from one weak session, the second sees what the first made of the person.

use crate::{
    domain::{Invitation, Passkey, Session, TooWeak, UnixTime, User, UserId, may_change_authenticators},
    store::{self, Conn, StoreError},
};

pub struct Holdings {
    pub user: User,
    /// Oldest first, suspended ones too.
    pub passkeys: Vec<Passkey>,
    /// The newest.
    invitation: Option<Invitation>,
}

impl Holdings {
    pub fn read(conn: &mut Conn, user: &UserId) -> Result<Self, StoreError> {
        let found = store::users::find(conn, user)?;
        Ok(Self {
            user: found.ok_or_else(|| StoreError::BrokenRow("a session whose person is gone".to_owned()))?,
            passkeys: store::passkeys::list_for_user(conn, user)?,
            invitation: store::invitations::latest_for_user(conn, user)?,
        })
    }

    pub fn has_room(&self) -> bool {
        i32::try_from(self.passkeys.len()).is_ok_and(|held| held < User::PASSKEY_LIMIT)
    }

    /// Add, resume or delete an authenticator, choose a password.
    pub fn may_change(&self, session: &Session, now: UnixTime) -> Result<(), TooWeak> {
        may_change_authenticators(session, &self.user, &self.passkeys, self.invitation.as_ref(), now)
    }
}
