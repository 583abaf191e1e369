//! Signing in: by password (and a code, where there is a second factor), by passkey, by an administrator's code, or by an
//! invitation's link; each ends in [`session::open`].

pub mod access_code;
pub mod address;
mod clinic;
pub mod guess;
mod new_place;
pub mod passkey;
pub mod password;
pub mod second_factor;
pub mod session;

pub use clinic::{Place, choose_clinic, concerned, wanted_clinics};
