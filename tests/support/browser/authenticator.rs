//! Virtual authenticators: this device (`Internal`), a phone (`Cable`) or a key (`Usb`), each belonging to one tab.
//! Use one `Internal` a tab, and remove what is no longer meant: a leftover answers first.

use chromiumoxide::cdp::browser_protocol::web_authn::{
    AddCredentialParams, AddVirtualAuthenticatorParams, AuthenticatorId, AuthenticatorProtocol, AuthenticatorTransport,
    ClearCredentialsParams, Credential, Ctap2Version, EnableParams, GetCredentialsParams,
    RemoveVirtualAuthenticatorParams, SetAutomaticPresenceSimulationParams, SetUserVerifiedParams,
    VirtualAuthenticatorOptions,
};

use super::Tab;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The device itself.
    Internal,
    /// A phone, reached through its QR code.
    Cable,
    /// A security key.
    Usb,
}

impl From<Kind> for AuthenticatorTransport {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Internal => Self::Internal,
            Kind::Cable => Self::Cable,
            Kind::Usb => Self::Usb,
        }
    }
}

/// Made by [`Tab::authenticator`]; a name only, so every call names its tab again.
pub struct Authenticator {
    id: AuthenticatorId,
}

impl Tab {
    /// Adds an authenticator that is present and recognises its owner. It survives navigation.
    pub fn authenticator(&self, kind: Kind) -> Authenticator {
        self.run(self.page.execute(EnableParams::default()));
        let options = VirtualAuthenticatorOptions::builder()
            .protocol(AuthenticatorProtocol::Ctap2)
            .ctap2_version(Ctap2Version::Ctap21)
            .transport(kind)
            .has_resident_key(true)
            .has_user_verification(true)
            .is_user_verified(true)
            .automatic_presence_simulation(true)
            .build()
            .expect("an authenticator has its protocol and transport");
        let added = self.run(self.page.execute(AddVirtualAuthenticatorParams::new(options)));
        Authenticator { id: added.result.authenticator_id }
    }

    /// Whether the finger or the PIN is the right one; `NotAllowedError` when not.
    pub fn user_verified(&self, authenticator: &Authenticator, verified: bool) {
        self.run(self.page.execute(SetUserVerifiedParams::new(authenticator.id.clone(), verified)));
    }

    /// Whether anybody touches it; nobody means that the request stays open until its own time limit.
    pub fn presence(&self, authenticator: &Authenticator, present: bool) {
        self.run(self.page.execute(SetAutomaticPresenceSimulationParams::new(authenticator.id.clone(), present)));
    }

    pub fn credentials(&self, authenticator: &Authenticator) -> Vec<Credential> {
        self.run(self.page.execute(GetCredentialsParams::new(authenticator.id.clone()))).result.credentials
    }

    /// Carries a passkey over, as a synced one travels to another device.
    pub fn add_credential(&self, authenticator: &Authenticator, credential: Credential) {
        self.run(self.page.execute(AddCredentialParams::new(authenticator.id.clone(), credential)));
    }

    pub fn clear_credentials(&self, authenticator: &Authenticator) {
        self.run(self.page.execute(ClearCredentialsParams::new(authenticator.id.clone())));
    }

    pub fn remove_authenticator(&self, authenticator: Authenticator) {
        self.run(self.page.execute(RemoveVirtualAuthenticatorParams::new(authenticator.id)));
    }
}
