//! What tests share. Each part is used by some tests and not by others.

pub mod browser;
pub mod database;
pub mod databases;
pub mod imports;
pub mod runtime;
