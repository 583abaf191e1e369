//! What applications meet. [`party`] is the application.

mod backchannel;
mod claim_names;
mod clinics;
mod code_flow;
mod codes;
mod consent;
mod cors;
mod demands;
mod discovery;
mod id_tokens;
mod introspection;
mod lifetimes;
mod logout;
mod outage;
pub mod party;
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
mod workplace;
