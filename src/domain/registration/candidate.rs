//! A new passkey, and where it is kept as far as that can be told.

use uuid::Uuid;

use crate::domain::{authenticator::is_windows_hello, named};

named! {
    /// The way that a registration takes.
    Channel {
        Pc = "pc",
        /// The phone's own browser, sent there from a PC by a link.
        PhoneHandoff = "phone_handoff",
        /// The person is on the phone already.
        PhoneDirect = "phone_direct",
    }
    /// `authenticatorAttachment` of the answer.
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    Attachment { Platform = "platform", CrossPlatform = "cross-platform" }
}

#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Zero: hidden, by the browser or the system.
    pub aaguid: Uuid,
    /// Attestation statement format (WebAuthn Level 3 §8).
    pub format: &'a str,
    pub transports: &'a [String],
    pub attachment: Option<Attachment>,
    pub channel: Channel,
    /// The person holds no other that works.
    pub first: bool,
    /// The PC is registered as the person's own.
    pub personal_pc: bool,
    pub backup_eligible: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    WindowsHello,
    Phone,
    /// In this device itself.
    Device,
    /// The same, but for all that can be seen it may be Windows Hello, whose AAGUID Windows hides.
    HiddenDevice,
    SecurityKey,
    Unclear,
}

impl Channel {
    /// As the browser describes itself.
    pub fn of_browser(user_agent: &str) -> Self {
        let phone = ["iPhone", "Android"].iter().any(|name| user_agent.contains(name));
        if phone { Self::PhoneDirect } else { Self::Pc }
    }

    /// Of the browser that a hand-off's link was opened in: whatever does not even say that it is a phone is judged as
    /// the PC that it may be, for a link can be typed anywhere. What says so is believed, as it is without a link.
    pub fn of_handoff(user_agent: &str) -> Self {
        match Self::of_browser(user_agent) {
            Self::PhoneDirect => Self::PhoneHandoff,
            other => other,
        }
    }
}

impl Candidate<'_> {
    pub fn kept(&self) -> Kept {
        let has = |names: &[&str]| self.transports.iter().any(|transport| names.contains(&transport.as_str()));
        if is_windows_hello(self.aaguid) || self.format == "tpm" {
            return Kept::WindowsHello;
        }
        let near = has(&["internal", "hybrid"]);
        match self.attachment {
            Some(Attachment::Platform) if self.channel != Channel::Pc => Kept::Phone,
            Some(Attachment::Platform) if self.aaguid.is_nil() && !has(&["hybrid"]) => Kept::HiddenDevice,
            Some(Attachment::Platform) => Kept::Device,
            // What is in the other device, or reached by a QR code.
            Some(Attachment::CrossPlatform) if near => Kept::Phone,
            None if near => Kept::Unclear,
            _ if has(&["usb", "nfc", "ble", "smart-card"]) => Kept::SecurityKey,
            _ => Kept::Unclear,
        }
    }
}
