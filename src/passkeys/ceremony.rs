//! What both ceremonies check (Web Authentication Level 3 §7.1 steps 7 to 18, §7.2 steps 10 to 20).

use subtle::ConstantTimeEq;

use super::{PasskeyRefusal, Site, authenticator_data::AuthenticatorData, client_data::ClientData};

/// An answer beside what was asked.
pub struct Ceremony<'a> {
    pub site: &'a Site,
    /// `webauthn.get` or `webauthn.create`.
    pub expected_type: &'static str,
    pub challenge: &'a str,
    pub client_data: &'a ClientData,
    pub authenticator_data: &'a AuthenticatorData,
}

impl Ceremony<'_> {
    pub fn r#type(&self) -> Result<(), PasskeyRefusal> {
        refuse_unless(self.client_data.r#type == self.expected_type, PasskeyRefusal::WrongType)
    }

    pub fn challenge(&self) -> Result<(), PasskeyRefusal> {
        let same = self.client_data.challenge.as_bytes().ct_eq(self.challenge.as_bytes());
        refuse_unless(same.into(), PasskeyRefusal::WrongChallenge)
    }

    /// Byte for byte: no subdomain, no other port.
    pub fn origin(&self) -> Result<(), PasskeyRefusal> {
        refuse_unless(self.client_data.origin == self.site.origin, PasskeyRefusal::WrongOrigin)
    }

    /// Our pages are in nobody's frame.
    pub fn cross_origin(&self) -> Result<(), PasskeyRefusal> {
        let framed = self.client_data.cross_origin == Some(true) || self.client_data.top_origin.is_some();
        refuse_unless(!framed, PasskeyRefusal::CrossOrigin)
    }

    pub fn rp_id(&self) -> Result<(), PasskeyRefusal> {
        refuse_unless(self.authenticator_data.rp_id_hash == self.site.rp_id_hash, PasskeyRefusal::WrongRpId)
    }

    pub fn user_present(&self) -> Result<(), PasskeyRefusal> {
        refuse_unless(self.authenticator_data.user_present(), PasskeyRefusal::UserNotPresent)
    }

    /// What makes a passkey two factors at once.
    pub fn user_verified(&self) -> Result<(), PasskeyRefusal> {
        refuse_unless(self.authenticator_data.user_verified(), PasskeyRefusal::UserNotVerified)
    }

    /// Nothing is backed up that cannot be.
    pub fn backup_flags(&self) -> Result<(), PasskeyRefusal> {
        let data = self.authenticator_data;
        refuse_unless(data.backup_eligible() || !data.backup_state(), PasskeyRefusal::BackupFlags)
    }
}

pub fn refuse_unless(good: bool, refusal: PasskeyRefusal) -> Result<(), PasskeyRefusal> {
    if good { Ok(()) } else { Err(refusal) }
}
