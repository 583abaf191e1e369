//! Use cases: one plain function per thing that a person or a client can do.
//!
//! Every flow takes the store, a [`Cx`] and its input, and answers `Result<Verdict<…>, Fault>`. The order in each is the
//! same: read, decide, compute, one write that repeats the decision.

pub mod about;
pub mod account;
pub mod admin;
pub mod authorize;
pub mod backup;
pub mod client_auth;
pub mod clients;
pub mod cx;
pub mod enrol;
pub mod incident;
pub mod introspection;
pub mod logout;
pub mod origins;
pub mod outbox;
pub mod revocation;
pub mod secrets;
pub mod sign_in;
pub mod signing_keys;
pub mod terminals;
pub mod token;
pub mod unattributed;
pub mod userinfo;

pub use cx::{Cx, Site};
