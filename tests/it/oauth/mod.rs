//! What applications meet. [`party`] is the application.

mod backchannel;
mod clinics;
mod code_flow;
mod codes;
mod consent;
mod cors;
mod discovery;
mod groups;
mod id_tokens;
mod introspection;
mod logout;
mod outage;
pub mod party;
mod profession;
mod refresh;
mod refused_requests;
mod revocation;
mod roles;
mod sealed_values;
mod secrets;
mod shared_terminal;
mod signing_in_again;
mod trail;
mod userinfo;
