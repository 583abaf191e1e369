//! The store, each case on both databases.

mod append_only;
mod at_once;
mod cast;
mod guards;
mod migrations;
mod outage;
mod password_history;
mod schema;
mod sessions;
mod tables;
mod writes;
