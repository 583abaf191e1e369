//! What a person is told of their own account when something happens to it that they may not have done themselves.

use serde::{Deserialize, Serialize};

use super::{ClinicId, UnixTime, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    PasskeyRegistered,
    PasskeySuspended,
    PasskeyResumed,
    PasskeyDeleted,
    /// They belong to one clinic more.
    MembershipAdded,
    MembershipSuspended,
    MembershipResumed,
    /// An administrator gave it another end, or none.
    MembershipEndSet,
    /// In every clinic.
    AccountDisabled,
    AccountEnabled,
    /// After too many wrong ones in a row.
    PasswordUnlocked,
    /// By an administrator, those for their clinic.
    SessionsEnded,
    /// By an administrator: what an application held in the clinic's name.
    ApplicationWithdrawn,
    PasswordChanged,
    SecondFactorAdded,
    SecondFactorRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    /// By administrators, for somebody whose device is broken.
    AccessCodeIssued,
    AccessCodeUsed,
    /// By administrators, who made sure of the person: with a new invitation in place of all that they signed in with.
    Reinvited,
    OtherSessionsEnded,
    AllSessionsEnded,
    /// A sign-in from where this person has not been lately.
    NewPlace,
}

impl Happened {
    pub const ALL: &'static [Self] = &[
        Self::PasskeyRegistered,
        Self::PasskeySuspended,
        Self::PasskeyResumed,
        Self::PasskeyDeleted,
        Self::MembershipAdded,
        Self::MembershipSuspended,
        Self::MembershipResumed,
        Self::MembershipEndSet,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::PasswordUnlocked,
        Self::SessionsEnded,
        Self::ApplicationWithdrawn,
        Self::PasswordChanged,
        Self::SecondFactorAdded,
        Self::SecondFactorRemoved,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed,
        Self::AccessCodeIssued,
        Self::AccessCodeUsed,
        Self::Reinvited,
        Self::OtherSessionsEnded,
        Self::AllSessionsEnded,
        Self::NewPlace,
    ];
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub what: Happened,
    pub user: UserId,
    /// Whom to ask is said by the clinic that the person worked for.
    pub clinic: ClinicId,
    pub at: UnixTime,
    pub ip: String,
    pub user_agent: String,
    /// Of the passkey, where it is about one.
    pub name: Option<String>,
    /// An administrator did it, for this reason.
    #[serde(default)]
    pub reason: Option<String>,
}
