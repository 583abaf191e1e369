//! The store, each case on both databases.

mod access_codes;
mod append_only;
mod at_once;
pub mod cast;
mod faults;
mod guards;
mod leases;
mod migrations;
mod outage;
mod password_history;
mod schema;
mod sessions;
mod sweep;
mod tables;
mod writes;
