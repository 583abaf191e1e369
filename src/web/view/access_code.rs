//! One-time codes: `/login/code`, where they are typed, and `/admin/people/{member}/access-code`, where they are given.

use serde::Serialize;

use super::{LoginPage, Page};
use crate::{
    domain::UnixTime,
    flows::admin::members::{Made, Wish},
};

/// With what the login page carries and says.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct AccessCodePage(pub LoginPage);

impl Page for AccessCodePage {
    const TEMPLATE: &'static str = "pages/login_access_code.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct AskCodePage {
    pub clinic: String,
    pub person: String,
    /// What an administrator asked for, and nobody agreed to yet.
    pub wish: Option<Wish>,
    /// A new invitation was asked for, which gives way to it.
    pub other: bool,
    /// What was issued lately; as long as it can be typed, it ends only where that is said.
    pub made: Option<Made>,
    /// Whoever asks for one needs a second to agree.
    pub needs_second: bool,
    /// What was to be agreed to waits no longer.
    pub over: bool,
    /// As it was typed; of who agrees, how they made sure of the person.
    pub reason: String,
    pub reason_limit: usize,
    /// It was empty, too long, or not to be read.
    pub bad_reason: bool,
    /// Where the form goes.
    pub action: String,
    pub back: String,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
    /// There is nothing to sign in with: it leads to where a passkey is registered.
    pub no_passkey: bool,
}

impl Page for AskCodePage {
    const TEMPLATE: &'static str = "admin/ask_code.html";
}

/// Shown once.
#[derive(Clone, Serialize)]
pub struct IssuedCodePage {
    pub clinic: String,
    pub person: String,
    /// They are asked for it beside the code.
    pub has_password: bool,
    /// In two groups.
    pub code: String,
    pub until: UnixTime,
    pub back: String,
}

impl Page for IssuedCodePage {
    const TEMPLATE: &'static str = "admin/issued_code.html";
}
