//! Client authentication at the token endpoint (RFC 6749 §2.3, OpenID Connect Core §9): Basic, post or none; one at a
//! time, and the one that the client is registered for.

use crate::domain::{Client, ClientAuthMethod, ClientId, Secret};

use super::{params::Params, token::TokenError};

#[derive(Clone, Debug)]
pub struct Presented {
    pub client_id: ClientId,
    method: ClientAuthMethod,
    secret: Option<Secret>,
}

impl Presented {
    /// `authorization`: the header's value.
    pub fn read(_authorization: Option<&str>, _form: &Params) -> Result<Self, TokenError> {
        todo!()
    }

    /// `client`: whom `client_id` names. The same answer whatever is wrong.
    pub fn prove<'c>(&self, _client: Option<&'c Client>) -> Result<&'c Client, TokenError> {
        todo!()
    }

    pub fn method(&self) -> ClientAuthMethod {
        self.method
    }
}
