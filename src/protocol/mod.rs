//! The rulebook: what the RFCs say, as types and pure functions. No IO, no clock, no randomness: `now` is an argument.
//! One file per topic; `authorize/` has one file per check.

pub mod authorize;
pub mod bearer;
pub mod claim_names;
pub mod claims;
pub mod claims_request;
pub mod client_auth;
pub mod error;
pub mod hint;
pub mod id_token;
pub mod introspection;
pub mod logout;
pub mod logout_token;
pub mod metadata;
pub mod params;
pub mod pkce;
pub mod redirect_uri;
pub mod response;
pub mod scope;
pub mod shown_token;
#[cfg(test)]
mod testing;
pub mod token;
