//! A change of which passkeys a clinic's people may register.

use std::time::Duration;

use uuid::Uuid;

use super::within;
use crate::domain::{AllowedPasskeys, AttestationDemand, Preset, RegistrationPolicy, SecurityKeys, Unclear};
use crate::flows::admin::Refusal;

/// The preset first, then what is named one by one.
#[derive(Clone, Debug, Default)]
pub struct RegistrationDraft {
    pub preset: Option<Preset>,
    pub passkeys: Option<AllowedPasskeys>,
    pub security_keys: Option<SecurityKeys>,
    pub allow_synced: Option<bool>,
    pub unclear: Option<Unclear>,
    pub attestation: Option<AttestationDemand>,
    /// The whole list; empty takes it away.
    pub blocked: Option<Vec<Uuid>>,
    pub only: Option<Vec<Uuid>>,
    pub challenge: Option<Duration>,
}

impl RegistrationDraft {
    pub fn apply(&self, policy: &mut RegistrationPolicy) -> Result<(), Refusal> {
        if let Some(preset) = self.preset {
            // What a place does not decide stays: the lists, the time, what is synced or unclear.
            let fitting = RegistrationPolicy::from(preset);
            policy.passkeys = fitting.passkeys;
            policy.security_keys = fitting.security_keys;
            policy.windows_hello_on_personal_pc = fitting.windows_hello_on_personal_pc;
        }
        replace(&mut policy.passkeys, self.passkeys.as_ref());
        replace(&mut policy.security_keys, self.security_keys.as_ref());
        replace(&mut policy.allow_synced, self.allow_synced.as_ref());
        replace(&mut policy.unclear, self.unclear.as_ref());
        replace(&mut policy.attestation, self.attestation.as_ref());
        replace(&mut policy.blocked, self.blocked.as_ref());
        replace(&mut policy.only, self.only.as_ref());
        if let Some(span) = self.challenge {
            policy.challenge_seconds = within("--challenge", span, &RegistrationPolicy::CHALLENGE)?.as_secs();
        }
        Ok(())
    }
}

fn replace<T: Clone>(place: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        place.clone_from(new);
    }
}
