//! A phone that registers its own passkey for somebody at a PC which cannot reach it: the PC shows a link as a QR code,
//! and the phone opens it in its browser.
//!
//! Who holds the link proves nothing but that. The press of 「続ける」 binds it to one browser, that browser shows three
//! digits, and the person at the PC types them: they see both screens, which nobody does who has a photograph of the code.
//! What the phone then offers is a passkey only once the PC's session has taken it.

use std::time::Duration;

use subtle::ConstantTimeEq;

use super::{HandoffId, SecretHash, Session, SessionId, UnixTime, named::named};

named! {
    HandoffStage {
        /// The PC shows the link.
        Shown = "shown",
        /// A phone holds it, and shows the digits.
        Pressed = "pressed",
        /// They were typed at the PC.
        Confirmed = "confirmed",
        /// The phone has made a passkey, which is none yet.
        Offered = "offered",
        /// The PC's session has registered it.
        Done = "done",
        Ended = "ended",
    }
}

/// Without `Debug`, for its digits.
#[derive(Clone)]
pub struct Handoff {
    pub id: HandoffId,
    /// The PC's. It has one hand-off at most.
    pub session_id: SessionId,
    pub token_hash: SecretHash,
    pub stage: HandoffStage,
    /// Hash of the cookie of the browser where it was pressed.
    pub phone: Option<SecretHash>,
    pub digits: Option<String>,
    pub wrong_digits: i32,
    /// Somebody pressed in another browser, too late.
    pub pressed_elsewhere: bool,
    /// What the phone made, as the registration wrote it down.
    pub offer: Option<String>,
    pub end_reason: Option<String>,
    pub expires_at: UnixTime,
}

impl Handoff {
    pub const LIFETIME: Duration = Duration::from_secs(5 * 60);
    /// Nobody is sent to a phone for less.
    pub const LEAST: Duration = Duration::from_secs(2 * 60);
    pub const WRONG_DIGITS_LIMIT: i32 = 3;

    /// Never beyond the sign-in by which the passkey will have to be registered.
    pub fn until(session: &Session, now: UnixTime) -> UnixTime {
        now.plus(Self::LIFETIME).min(session.fresh_until())
    }

    pub fn stage_at(&self, now: UnixTime) -> HandoffStage {
        let is_over = matches!(self.stage, HandoffStage::Done | HandoffStage::Ended);
        if !is_over && now >= self.expires_at { HandoffStage::Ended } else { self.stage }
    }

    pub fn is_held_by(&self, browser: &SecretHash) -> bool {
        self.phone.as_ref() == Some(browser)
    }

    pub fn is_confirmed_by(&self, typed: &str) -> bool {
        self.digits.as_ref().is_some_and(|digits| digits.as_bytes().ct_eq(typed.as_bytes()).into())
    }
}
