//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): GET or POST, every parameter optional.

use crate::domain::{Client, SessionId};

use super::{
    hint::IdTokenHint,
    params::{Params, Repeated},
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    pub id_token_hint: Option<String>,
    pub client_id: Option<String>,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
    pub ui_locales: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnTo {
    /// None asked for: end with our own page.
    OurPage,
    /// Proven: the whole URL with `state`.
    Application(String),
    /// Asked for but not proven (no valid hint, another client's, not registered): say so on our own page, never go there.
    Refused,
}

impl LogoutRequest {
    pub fn parse(_params: &Params) -> Result<Self, Repeated> {
        todo!()
    }

    /// A valid hint whose `sid` is this session ends it at once; everything else asks the person first.
    pub fn ends_at_once(&self, _hint: Option<&IdTokenHint>, _session: Option<&SessionId>) -> bool {
        todo!()
    }

    /// `client`: whom the valid hint was made for.
    pub fn return_to(&self, _hint: Option<&IdTokenHint>, _client: Option<&Client>) -> ReturnTo {
        todo!()
    }
}
