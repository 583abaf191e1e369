//! What tests share. Each part is used by some tests and not by others.

pub mod access_code;
pub mod app;
pub mod authenticator_app;
pub mod browser;
pub mod ceremony;
pub mod database;
pub mod databases;
pub mod forgery;
pub mod imports;
pub mod lock;
pub mod log;
pub mod mail_server;
pub mod maker;
pub mod meanwhile;
pub mod person;
pub mod qr;
pub mod raw;
pub mod receiver;
pub mod relying_party;
pub mod runtime;
pub mod signed_in;
pub mod soft_key;
pub mod terminals;
pub mod tls;
