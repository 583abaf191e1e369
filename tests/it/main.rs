//! The one test binary: folders mirror URLs, `support` is what they share.

#[allow(dead_code, unused_imports, reason = "a tool box: a tool may lie unused between two jobs")]
#[path = "../support/mod.rs"]
mod support;

mod admin;
mod backup;
mod browser;
mod browser_itself;
mod cli;
mod database_itself;
mod durability;
mod fetch;
mod floors;
mod front_door;
mod guide;
mod invite;
mod keys;
mod login;
mod oauth;
mod passkeys;
mod settings;
mod store;
mod terminal;
