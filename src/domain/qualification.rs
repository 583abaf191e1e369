//! What a clinic knows of somebody's profession: entered by an administrator, and, once one of them has seen the licence, verified.

use super::{MembershipId, Profession, QualificationId, UnixTime, UserId, named::named};

named! {
    /// How it was made sure of.
    Verification {
        /// The licence itself.
        Original = "original",
        /// A copy of it.
        Copy = "copy",
        /// 厚生労働省 「資格確認検索」 or another public register.
        Register = "register",
        Other = "other",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub at: UnixTime,
    /// `None`: at the server itself.
    pub by: Option<UserId>,
    pub method: Verification,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualification {
    pub id: QualificationId,
    /// The clinic's own knowledge: what another one saw, it does not speak for.
    pub membership_id: MembershipId,
    pub profession: Profession,
    /// On the licence.
    pub number: Option<String>,
    pub entered_at: UnixTime,
    /// `None`: at the server itself.
    pub entered_by: Option<UserId>,
    /// Until then it is what somebody said.
    pub verified: Option<Verified>,
}
