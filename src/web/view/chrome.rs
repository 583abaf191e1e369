//! What every screen shares: the frame around the page.

use serde::Serialize;

use super::Lang;
use crate::domain::UnixTime;

#[derive(Clone, Debug, Serialize)]
pub struct Chrome {
    pub lang: Lang,
    /// Display name of who is signed in; with it the frame shows 「ログアウト」.
    pub person: Option<String>,
    /// The clinic that they work for now.
    pub clinic: Option<String>,
    /// They work for another too, and may say so.
    pub changes_clinic: bool,
    /// Its colour (`1d4e7a`), which is the name of its style sheet.
    pub accent: Option<String>,
    /// They sit at a shared terminal: the button says 「終了」.
    pub shared: bool,
    /// They came in by an administrator's code: until when.
    pub temporary: Option<UnixTime>,
    /// The administration pages that they may open.
    pub admin: Vec<AdminLink>,
    /// Goes into every form as `form_token`.
    pub form_token: String,
    /// Path and query of a page that answers GET: where the language switch comes back to, and what 「もう一度試す」 opens.
    pub path: String,
    /// The browser's clock is compared with it.
    pub server_time: UnixTime,
}

/// Named as in the catalogue.
#[derive(Clone, Debug, Serialize)]
pub struct AdminLink {
    pub name: &'static str,
    pub path: &'static str,
}

/// An application by name, with where a person enters it.
#[derive(Clone, Debug, Serialize)]
pub struct Application {
    pub name: String,
    pub start_uri: Option<String>,
}
