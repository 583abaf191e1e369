//! `/settings/apps`: what applications hold of this person.

use serde::Serialize;

use super::Page;
use crate::domain::{ClientId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct AppsPage {
    pub apps: Vec<AppCard>,
    pub withdrawn: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct AppCard {
    pub client_id: ClientId,
    pub name: String,
    pub since: UnixTime,
    pub last_used: Option<UnixTime>,
    /// As the protocol names them; the catalogue has each in plain words.
    pub scopes: Vec<String>,
    pub lasting: bool,
}

impl Page for AppsPage {
    const TEMPLATE: &'static str = "pages/apps.html";
}
