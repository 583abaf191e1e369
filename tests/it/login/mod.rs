//! Signing in, by passkey and by password, and what is refused.

mod access_code;
mod access_code_afterwards;
mod access_code_guessing;
mod challenge;
mod disabled;
mod envelope;
mod forms;
mod outage;
mod passkey;
mod password;
mod password_guessing;
mod second_factor;
mod session_cookie;
mod trail;
