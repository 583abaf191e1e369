//! What people do for themselves.

pub mod apps;
pub mod history;
pub mod holdings;
pub mod passkey_change;
pub mod passkeys;
pub mod password;
pub mod portal;
pub mod second_factor;
pub mod sessions;
