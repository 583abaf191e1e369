//! The one test binary: folders mirror URLs, `support` is what they share.

#[path = "../support/mod.rs"]
mod support;

mod passkeys;
