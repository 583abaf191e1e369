//! `/settings/second-factor` and the pages below it, and the question for a code while signing in.

use serde::Serialize;

use super::{Application, Page};
use crate::{domain::UnixTime, flows::account::passkey_change::Left};

/// The second page of signing in with a password.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CodePage {
    /// What the right password has shown, sealed.
    pub step: String,
    pub continue_to: Option<String>,
    pub application: Option<Application>,
    pub trouble: Option<CodeTrouble>,
    /// It was a recovery code that was typed.
    pub recovery: bool,
    pub contact: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CodeTrouble {
    Wrong,
    Wait { seconds: u64 },
}

#[derive(Clone, Debug, Serialize)]
pub struct SecondFactorPage {
    pub enrolling: bool,
    pub enabled: Option<EnabledFactor>,
    /// Without one a code is of no use.
    pub has_password: bool,
    pub may_change: bool,
    pub needs_invitation: bool,
    pub sign_in_again_uri: String,
    /// Where an enrolling person who has both signs in with them.
    pub continue_uri: Option<String>,
    pub notice: Option<SecondFactorNotice>,
    pub contact: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct EnabledFactor {
    pub since: UnixTime,
    pub last_used_at: Option<UnixTime>,
    pub recovery_codes_left: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorNotice {
    Removed,
    /// The page with the picture was too old.
    Late,
    PasswordSaved,
}

#[derive(Clone, Serialize)]
pub struct SetUpPage {
    pub enrolling: bool,
    /// What the picture says to an app.
    pub uri: String,
    /// In groups of four.
    pub secret: Vec<String>,
    /// Our own memory of it, sealed.
    pub set_up: String,
    pub wrong: bool,
    pub contact: Option<String>,
}

/// Shown once.
#[derive(Clone, Serialize)]
pub struct RecoveryCodesPage {
    pub enrolling: bool,
    /// With the app that was just set up.
    pub first: bool,
    pub codes: Vec<String>,
    pub email: String,
    pub made_at: UnixTime,
    pub has_password: bool,
    /// Where an enrolling person signs in with it.
    pub continue_uri: Option<String>,
    pub contact: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RemoveFactorPage {
    pub enrolling: bool,
    /// It is what signs them in; what is left without it.
    pub last: Option<Left>,
    pub contact: Option<String>,
}

impl Page for CodePage {
    const TEMPLATE: &'static str = "pages/login_code.html";
}

impl Page for SecondFactorPage {
    const TEMPLATE: &'static str = "pages/second_factor.html";
}

impl Page for SetUpPage {
    const TEMPLATE: &'static str = "pages/second_factor_set_up.html";
}

impl Page for RecoveryCodesPage {
    const TEMPLATE: &'static str = "pages/recovery_codes.html";
}

impl Page for RemoveFactorPage {
    const TEMPLATE: &'static str = "pages/second_factor_remove.html";
}
