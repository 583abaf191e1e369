//! Coming through the door for the first time: the invitation's link, and registering a passkey.

pub mod invitation;
pub mod passkey;
