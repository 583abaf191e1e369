//! Authorization responses in the query (RFC 6749 §4.1.2; RFC 9207). The redirect URI's own query is kept, `state`
//! comes back as it was sent, `iss` is in every answer.

use super::authorize::{AuthorizationRequest, ErrorRedirect};

pub fn redirect_with_code(_request: &AuthorizationRequest, _code: &str, _issuer: &str) -> String {
    todo!()
}

pub fn redirect_with_error(_refusal: &ErrorRedirect, _issuer: &str) -> String {
    todo!()
}

/// Appends parameters to a URI's query, percent-encoded; shared with logout.
pub(super) fn with_query(_uri: &str, _pairs: &[(&str, &str)]) -> String {
    todo!()
}
