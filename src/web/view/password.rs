//! `/settings/password`: choose one, or change it.

use serde::Serialize;

use super::Page;

#[derive(Clone, Debug, Serialize)]
pub struct PasswordPage {
    pub enrolling: bool,
    /// For the browser's password manager.
    pub email: String,
    /// One exists: the form asks for it.
    pub has_password: bool,
    /// The sign-in is recent and strong enough.
    pub may_change: bool,
    /// Signing in again would not help.
    pub needs_invitation: bool,
    /// Where to sign in again when it isn't.
    pub sign_in_again_uri: String,
    /// Empty before the form was sent.
    pub troubles: Vec<PasswordTrouble>,
    /// Seconds to wait after too many wrong tries at the current one.
    pub wait: Option<u64>,
    pub saved: bool,
    /// The one they signed in with is too short to stand alone.
    pub too_short: bool,
    /// Characters that a new one has at least.
    pub min: usize,
    pub contact: Option<String>,
}

/// Why a password was not taken; several may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordTrouble {
    /// Shown beside the current password; the others beside the new one.
    WrongCurrent,
    TooShort,
    TooLong,
    NoLetter,
    NoDigit,
    Common,
    /// Holds a part of the name, the e-mail address or the clinic's name.
    Personal,
    /// Used before.
    Reused,
}

impl Page for PasswordPage {
    const TEMPLATE: &'static str = "pages/password.html";
}
