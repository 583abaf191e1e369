//! `/oauth/confirm`: is it still the same person who sits at this shared terminal?

use serde::Serialize;

use super::Page;

#[derive(Clone, Debug, Serialize)]
pub struct ConfirmPage {
    /// The application that waits.
    pub application: Option<String>,
    pub person: String,
    /// The sealed question, sent back as `question`; opaque here.
    pub form: String,
    pub contact: String,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "pages/confirm.html";
}
