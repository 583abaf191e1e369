//! Coming through the door for the first time: the invitation's link, and registering a passkey, in this browser or on a
//! phone that a link was handed to.

pub mod handoff;
pub mod invitation;
pub mod passkey;
pub mod phone;
mod register;
