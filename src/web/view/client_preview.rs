//! `/admin/clients/{client}/preview`: whether somebody would get in, and what the application would be told of them.

use serde::Serialize;

use super::Page;
use crate::domain::ClientId;

#[derive(Clone, Debug, Serialize)]
pub struct ClientPreviewPage {
    pub clinic: String,
    pub id: ClientId,
    pub name: String,
    /// As it was typed.
    pub email: String,
    /// Nobody whom the administrator may see has that address.
    pub unknown: bool,
    pub outlook: Option<Outlook>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Outlook {
    pub enters: bool,
    pub person: String,
    pub clinic: String,
    /// However they sign in: its text in the catalogue.
    pub kept_out: Option<&'static str>,
    /// A way of signing in, and what it lacks.
    pub ways: Vec<(&'static str, Option<&'static str>)>,
    pub terminals: Vec<(&'static str, Option<&'static str>)>,
    pub asks: bool,
    /// JSON, indented.
    pub id_token: String,
    pub userinfo: String,
}

impl Page for ClientPreviewPage {
    const TEMPLATE: &'static str = "admin/client_preview.html";
}
