//! `/` of a person who is signed in: their applications.

use serde::Serialize;

use super::{Application, Page};
use crate::domain::UnixTime;
use crate::flows::account::history::Entry;

#[derive(Clone, Debug, Serialize)]
pub struct PortalPage {
    pub email: String,
    /// Those that their clinic may enter.
    pub applications: Vec<Application>,
    /// Never on a shared terminal, whose own keys are nobody's, nor where nothing can be registered today.
    pub advice: Option<PasskeyAdvice>,
    /// Until when a password alone signs in at their clinic, where it does.
    pub password_only_until: Option<UnixTime>,
    /// The sign-in before this one.
    pub last: Option<Entry>,
    /// What has been changed since.
    pub changes: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyAdvice {
    /// They have none.
    RegisterOne,
    /// They have one, and would be locked out without it.
    AddSpare,
}

impl Page for PortalPage {
    const TEMPLATE: &'static str = "pages/portal.html";
}
