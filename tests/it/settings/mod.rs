//! `/settings/…`: what people do for themselves.

mod apps;
pub mod handoff;
mod handoff_abuse;
mod history;
mod notices;
mod passkeys;
mod passkeys_attestation;
mod passkeys_care;
mod passkeys_enrol;
mod passkeys_policy;
mod password;
mod second_factor;
mod sessions;
