//! What tests share. Each part is used by some tests and not by others.

pub mod browser;
pub mod database;
pub mod forgery;
pub mod imports;
pub mod relying_party;
pub mod runtime;
pub mod soft_key;
