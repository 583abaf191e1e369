//! A one-time link with which a person brought in by an administrator comes through the door.

use std::time::Duration;

use serde::Serialize;

use super::{ClinicId, InvitationId, SecretHash, UnixTime, UserId, named::named};

named! {
    /// How the link travels.
    InvitationWay {
        /// A letter to the person's own address, which opening the link proves to be theirs.
        Mail = "mail",
        /// Paper, handed over.
        Sheet = "sheet",
        /// Whatever whoever asked at the server itself does with it.
        Link = "link",
    }

    /// How an administrator made sure of somebody who has lost every way in.
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    IdentityCheck {
        /// Face to face, by who knows the face.
        Known = "known",
        /// Face to face, by a staff card or another with a picture.
        Card = "card",
        /// By calling back a number that was known before.
        CallBack = "call_back",
        Other = "other",
    }
}

#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
    pub token_hash: SecretHash,
    pub created_at: UnixTime,
    pub used_at: Option<UnixTime>,
    /// Replaced by a newer one, or its person is gone.
    pub revoked_at: Option<UnixTime>,
    pub way: InvitationWay,
    /// `None`: at the server itself.
    pub sent_by: Option<UserId>,
    /// The address, of a letter.
    pub sent_to: Option<String>,
    /// For somebody who had been in before.
    pub again: bool,
}

impl Invitation {
    /// Also how long a password that was chosen by it may enrol a first passkey: the two end together.
    pub const LIFETIME: Duration = Duration::from_secs(72 * 3600);

    /// For so long one that nobody used is listed.
    pub const LISTED: Duration = Duration::from_secs(30 * 24 * 3600);

    pub fn expires_at(&self) -> UnixTime {
        self.created_at.plus(Self::LIFETIME)
    }

    pub fn is_usable(&self, now: UnixTime) -> bool {
        self.used_at.is_none() && self.is_fresh(now)
    }

    /// Used or not, it still vouches for the person.
    pub fn is_fresh(&self, now: UnixTime) -> bool {
        self.revoked_at.is_none() && now < self.expires_at()
    }
}
