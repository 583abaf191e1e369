//! Genkan (玄関): an OpenID Connect provider with passkey login for clinics and hospitals.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod flows;
pub mod jobs;
pub mod keys;
pub mod passkeys;
pub mod protocol;
pub mod random;
pub mod store;
pub mod telemetry;
pub mod web;
