//! The flags of a clinic that say which passkeys its people may register, and how that is printed.

use std::time::Duration;

use uuid::Uuid;

use super::super::{Failure, parse};
use crate::app::attestation_roots;
use crate::config::Config;
use crate::domain::{AllowedPasskeys, AttestationDemand, Preset, RegistrationPolicy, SecurityKeys, Unclear};
use crate::flows::admin::clinics::RegistrationDraft;

#[derive(Debug, clap::Args)]
pub struct Registration {
    /// Which passkeys fit the place: phone (スマホQR), closed_network (閉域網、USBキー), personal_pc (個人PC); what else is
    /// named below goes before it
    #[arg(long, value_name = "PRESET", value_parser = parse::preset)]
    preset: Option<Preset>,
    /// phone_only, phone_first [a new clinic: so], any_but_windows_hello or any
    #[arg(long, value_name = "POLICY", value_parser = parse::allowed_passkeys)]
    passkeys: Option<AllowedPasskeys>,
    /// Security keys: never, later (beside another passkey) [a new clinic: so] or always
    #[arg(long, value_name = "WHEN", value_parser = parse::security_keys)]
    security_keys: Option<SecurityKeys>,
    /// Whether passkeys that are synced between devices are taken: true [a new clinic: so] or false
    #[arg(long, value_name = "BOOL")]
    allow_synced: Option<bool>,
    /// A passkey of which nobody can tell where it is kept: accept [a new clinic: so] or refuse
    #[arg(long, value_name = "WHAT", value_parser = parse::unclear)]
    unclear_passkeys: Option<Unclear>,
    /// Proof of who made the authenticator: none [a new clinic: so], direct (asked for, and recorded where it can be
    /// verified) or verified (nothing else is taken; needs passkeys.attestation_roots)
    #[arg(long, value_name = "DEMAND", value_parser = parse::attestation)]
    attestation: Option<AttestationDemand>,
    /// Models never to be registered, in place of those named before
    #[arg(long, value_name = "AAGUID", num_args = 1..)]
    block_aaguid: Option<Vec<Uuid>>,
    /// The only models to be registered, in place of those named before
    #[arg(long, value_name = "AAGUID", num_args = 1..)]
    only_aaguid: Option<Vec<Uuid>>,
    /// Forget both lists
    #[arg(long, conflicts_with_all = ["block_aaguid", "only_aaguid"])]
    any_aaguid: bool,
    /// How long somebody may take with the device, when registering or signing in, "60 s" [a new clinic: so] to "300 s"
    #[arg(long, value_name = "SPAN", value_parser = parse::span)]
    challenge: Option<Duration>,
}

impl Registration {
    /// Where nobody is trusted nothing would be registered any more, and the server not start again.
    pub fn check(&self, config: &Config) -> Result<(), Failure> {
        if self.attestation != Some(AttestationDemand::Verified) {
            return Ok(());
        }
        let roots = attestation_roots(&config.passkeys).map_err(|failure| Failure::Refused(failure.to_string()))?;
        if roots.is_empty() {
            return Err(Failure::Refused(
                "--attestation verified needs the makers' root certificates: name them in [passkeys] attestation_roots"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    pub fn into_draft(self) -> RegistrationDraft {
        let none = || self.any_aaguid.then(Vec::new);
        RegistrationDraft {
            preset: self.preset,
            passkeys: self.passkeys,
            security_keys: self.security_keys,
            allow_synced: self.allow_synced,
            unclear: self.unclear_passkeys,
            attestation: self.attestation,
            blocked: self.block_aaguid.or_else(none),
            only: self.only_aaguid.or_else(none),
            challenge: self.challenge,
        }
    }
}

pub fn show(policy: &RegistrationPolicy) -> String {
    let mut words = vec![
        policy.passkeys.as_str().to_owned(),
        format!("security keys {}", policy.security_keys.as_str()),
        format!("unclear ones {}", policy.unclear.as_str()),
        format!("{} s each", policy.challenge_seconds),
    ];
    if policy.attestation != AttestationDemand::None {
        words.push(format!("attestation {}", policy.attestation.as_str()));
    }
    if !policy.allow_synced {
        words.push("none that are synced".to_owned());
    }
    if policy.windows_hello_on_personal_pc {
        words.push("Windows Hello later on a personal PC".to_owned());
    }
    for (list, what) in [(&policy.blocked, "never"), (&policy.only, "only")] {
        if !list.is_empty() {
            words.push(format!("{what} {}", list.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ")));
        }
    }
    words.join("; ")
}
