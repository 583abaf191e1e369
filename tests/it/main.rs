//! The one test binary: folders mirror URLs, `support` is what they share.

#[path = "../support/mod.rs"]
mod support;

mod browser_itself;
mod cli;
mod database_itself;
mod floors;
mod passkeys;
