//! `/invite/{token}`: opening the link changes nothing; the press of 「続ける」 spends it.

use serde::Serialize;

use super::Page;
use crate::domain::UnixTime;

#[derive(Clone, Debug, Serialize)]
pub struct InvitationPage {
    /// Part of the form's address, `POST /invite/{token}`.
    pub token: String,
    pub person: String,
    pub clinic: String,
    pub expires_at: UnixTime,
    pub contact: Option<String>,
}

impl Page for InvitationPage {
    const TEMPLATE: &'static str = "pages/invitation.html";
}
