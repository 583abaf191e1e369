//! Coming through the door for the first time: the invitation's link, and registering a passkey, in this browser or on a
//! phone that a link was handed to.

pub mod handoff;
pub mod invitation;
pub mod passkey;
pub mod phone;
mod register;

/// Who holds a link's 256 random bits was handed it, and may learn why it no longer opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUsable<Why> {
    pub why: Why,
    /// Whom to ask at the clinic, where that is known.
    pub contact: Option<String>,
}

impl<Why> From<Why> for NotUsable<Why> {
    fn from(why: Why) -> Self {
        Self { why, contact: None }
    }
}
