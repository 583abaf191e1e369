//! `/login`: the passkey first, the password below it.

use serde::Serialize;

use super::{Application, Page};

#[derive(Clone, Debug, Default, Serialize)]
pub struct LoginPage {
    /// The sealed request that waits, sent back as `continue`; opaque here.
    pub continue_to: Option<String>,
    /// The application that waits.
    pub application: Option<Application>,
    /// What is already in the e-mail field: `login_hint`, or what was typed a moment ago.
    pub email: Option<String>,
    /// What the application wants of the sign-in, where not every one will do: as its `Barrier` is named.
    pub needs: Option<&'static str>,
    pub notice: Option<LoginNotice>,
    /// The browser is that of a shared terminal: nothing that was typed or kept there is offered, and nothing asked to be kept.
    pub shared: bool,
    /// Whom to ask; without it 「院内の管理者」.
    pub contact: Option<String>,
}

/// What the page says first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LoginNotice {
    /// The same words whatever the cause: unknown, wrong, disabled, or no password alone at this clinic.
    BadCredentials,
    Wait {
        seconds: u64,
    },
    /// No permit for a password check came free in time.
    Busy,
    /// The waiting request is too old or was used; signing in still works, and the application's start address is offered.
    RequestExpired,
    /// The session was left alone too long, or was ended elsewhere.
    SessionEnded,
    /// A passkey was suspended or deleted, and this session, which it had opened, ended with it.
    EndedWithPasskey,
    /// The person ended every session of theirs, this one too.
    AllEnded,
    /// The question for a code was left open too long, or what stood behind it has changed.
    StartAgain,
    /// What was asked for needs a sign-in of the last minutes.
    SignInAgain,
    /// The same, and only a passkey or a second factor is strong enough.
    SignInWithPasskey,
}

impl Page for LoginPage {
    const TEMPLATE: &'static str = "pages/login.html";
}
