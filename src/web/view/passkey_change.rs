//! `/settings/passkeys/{id}/suspend` and `/delete`: what it means, before it is done.

use serde::Serialize;

use super::Page;
use crate::{domain::PasskeyId, flows::account::passkey_change::Left};

#[derive(Clone, Debug, Serialize)]
pub struct PasskeyChangePage {
    pub enrolling: bool,
    /// Delete it, or suspend it.
    pub delete: bool,
    pub id: PasskeyId,
    pub name: String,
    /// It is the last that signs them in: what is left.
    pub last: Option<Left>,
    /// Sessions that it opened and that are alive; a box says that they end too.
    pub sessions: usize,
    /// This is one of them.
    pub this_session: bool,
    /// The sign-in is recent and strong enough.
    pub may_change: bool,
    /// Signing in again would not help.
    pub needs_invitation: bool,
    /// Where to sign in again when it isn't.
    pub sign_in_again_uri: String,
    pub contact: Option<String>,
}

impl Page for PasskeyChangePage {
    const TEMPLATE: &'static str = "pages/passkey_change.html";
}
