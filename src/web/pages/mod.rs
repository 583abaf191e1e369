//! Our own pages, one room each: what comes in, the flow it calls, what goes out.

pub mod apps;
pub mod assets;
pub mod clinic;
pub mod confirm;
pub mod consent;
pub mod handoff;
pub mod help;
pub mod history;
pub mod invitation;
pub mod language;
pub mod login;
pub mod login_access_code;
pub mod login_passkey;
pub mod login_second_factor;
pub mod passkey_change;
pub mod passkey_uses;
pub mod passkeys;
pub mod passkeys_register;
pub mod password;
pub mod phone;
pub mod portal;
pub mod second_factor;
pub mod sessions;
pub mod terminal;
pub mod waiting;
