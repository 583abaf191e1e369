//! `/oauth/consent`: what an application asks for.

use serde::Serialize;

use super::Page;

#[derive(Clone, Debug, Serialize)]
pub struct ConsentPage {
    pub application: String,
    /// As the protocol names them; the catalogue has each in plain words.
    pub scopes: Vec<String>,
    /// What it is given outlives the session.
    pub lasting: bool,
    /// The sealed question, sent back as `question`; opaque here.
    pub form: String,
    pub contact: String,
}

impl Page for ConsentPage {
    const TEMPLATE: &'static str = "pages/consent.html";
}
