//! `/oauth/logout`: the question (OpenID Connect RP-Initiated Logout §2 and §6), and the end.

use serde::Serialize;

use super::{Application, Page};

#[derive(Clone, Debug, Default, Serialize)]
pub struct LogoutPage {
    /// Name of the application that asked, when that is proven.
    pub application: Option<String>,
    /// The request's own parameters, name and value, to be sent again with the answer.
    pub fields: Vec<(String, String)>,
}

impl Page for LogoutPage {
    const TEMPLATE: &'static str = "pages/logout.html";
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct LoggedOutPage {
    pub application: Option<Application>,
    /// Applications that are told of it.
    pub told: Vec<String>,
    /// Those that were used too, and whose windows stay open until somebody closes them.
    pub untold: Vec<String>,
}

impl Page for LoggedOutPage {
    const TEMPLATE: &'static str = "pages/logged_out.html";
}
