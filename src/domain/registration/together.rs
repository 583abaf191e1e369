//! What all clinics of a person demand together: the strictest wins.

use std::time::Duration;

use super::{AllowedPasskeys, Candidate, Channel, Kept, NotAllowed, RegistrationPolicy};
use crate::domain::{AttestationDemand, Clinic, Membership, UnixTime, Unproven, authenticator_name};

/// Of the clinics that a person belongs to.
#[derive(Clone, Debug)]
pub struct RegistrationPolicies(pub Vec<RegistrationPolicy>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What the passkey is called until its person gives it a name.
    pub name: &'static str,
    /// Nobody can tell where it is kept.
    pub unclear: bool,
}

impl RegistrationPolicies {
    /// Of those that are alive.
    pub fn of(memberships: &[(Membership, Clinic)], now: UnixTime) -> Self {
        let alive = memberships.iter().filter(|(membership, _)| membership.is_active(now));
        Self(alive.map(|(_, clinic)| clinic.registration.clone()).collect())
    }

    /// The first clinic that refuses names the reason.
    pub fn judge(&self, new: &Candidate<'_>) -> Result<Accepted, NotAllowed> {
        self.0.iter().try_for_each(|policy| policy.judge(new))?;
        let kept = new.kept();
        let listed = authenticator_name(new.aaguid);
        let name = match kept {
            Kept::WindowsHello => "Windows Hello",
            Kept::Phone => listed.unwrap_or("スマートフォン"),
            Kept::Device | Kept::HiddenDevice => listed.unwrap_or("この端末"),
            Kept::SecurityKey => "セキュリティキー",
            Kept::Unclear => "パスキー",
        };
        Ok(Accepted { name, unclear: kept == Kept::Unclear })
    }

    /// Browsers shall not offer the PC itself, which would be refused.
    pub fn from_elsewhere(&self, channel: Channel, first: bool) -> bool {
        channel == Channel::Pc && self.0.iter().any(|policy| policy.wants_phone(first))
    }

    /// What browsers shall offer before all else (WebAuthn Level 3 §5.8.8).
    pub fn hints(&self, channel: Channel, first: bool) -> &'static [&'static str] {
        let strictest = self.0.iter().min_by_key(|policy| policy.passkeys).filter(|_| channel == Channel::Pc);
        match strictest.map(|policy| (policy.passkeys, policy.takes_security_key(first))) {
            None | Some((AllowedPasskeys::Any, _)) => &[],
            Some((AllowedPasskeys::AnyButWindowsHello, true)) => &["security-key", "hybrid"],
            Some(_) => &["hybrid"],
        }
    }

    /// After [`RegistrationPolicies::judge`]: what is not allowed anyway needs no proof.
    pub fn judge_proof(&self, proven: Result<(), Unproven>) -> Result<(), Unproven> {
        let demanded = self.0.iter().any(|policy| policy.attestation == AttestationDemand::Verified);
        if demanded { proven } else { Ok(()) }
    }

    /// Whether it matters what the authenticator says of itself. Where it does not, nobody is asked to disclose it.
    pub fn asks_for_make(&self) -> bool {
        let any = |policy: &RegistrationPolicy| {
            policy.attestation == AttestationDemand::None
                && policy.passkeys == AllowedPasskeys::Any
                && policy.blocked.is_empty()
                && policy.only.is_empty()
        };
        !self.0.iter().all(any)
    }

    /// How long somebody may take with the device, at registering and at signing in.
    pub fn challenge(&self) -> Duration {
        let shortest = self.0.iter().map(|policy| Duration::from_secs(policy.challenge_seconds)).min();
        shortest.unwrap_or(*RegistrationPolicy::CHALLENGE.start())
    }
}
