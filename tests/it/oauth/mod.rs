//! What applications meet. [`party`] is the application.

mod clinics;
mod code_flow;
mod codes;
mod discovery;
mod id_tokens;
mod logout;
mod party;
mod refused_requests;
mod sealed_values;
mod signing_in_again;
mod trail;
mod userinfo;
