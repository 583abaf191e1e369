//! Who made the authenticator that a passkey is in, and how far that is proven (Web Authentication Level 3 §6.5).

use serde::{Deserialize, Serialize};

use super::named::named;

named! {
    /// What a clinic wants to know of the authenticators that its people register. The strictest last.
    #[derive(Default, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    AttestationDemand {
        /// No more than other rules of the clinic need: which model it says it is.
        #[default]
        None = "none",
        /// Asked for, verified where it can be, and recorded; nobody is refused for want of it.
        Direct = "direct",
        /// Without a verified statement nothing is registered.
        Verified = "verified",
    }
    /// What was proven when a passkey was registered. It never changes: what comes later proves nothing of then.
    Proof {
        None = "none",
        /// The passkey's own key signed the statement: nobody vouches for the authenticator.
        OfItself = "self",
        /// A maker vouches whom the operator trusts.
        Verified = "verified",
    }
    /// Why the make of a new authenticator counts as unproven.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    Unproven {
        /// No statement: what synced passkeys and most phones give.
        Missing = "attestation_missing",
        OfItself = "attestation_self",
        /// Of a format that is not verified here.
        Unverifiable = "attestation_unverifiable",
        /// It is not what its format demands, or its signature is another's.
        Invalid = "attestation_invalid",
        /// The certificate is that of another model than the authenticator says it is.
        OtherModel = "attestation_other_model",
        /// A certificate of its chain is out of date, or not valid yet.
        Expired = "attestation_expired",
        /// No chain leads to a root that the operator trusts.
        Untrusted = "attestation_untrusted",
    }
}

impl Proof {
    /// What is kept of it.
    pub fn of(proven: Result<(), Unproven>) -> Self {
        match proven {
            Ok(()) => Self::Verified,
            Err(Unproven::OfItself) => Self::OfItself,
            Err(_) => Self::None,
        }
    }
}

impl Unproven {
    /// For what was verified by a version that proved nothing yet.
    pub const fn unasked() -> Result<(), Self> {
        Err(Self::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AllowedPasskeys, RegistrationPolicies, RegistrationPolicy};

    fn together(demands: &[AttestationDemand]) -> RegistrationPolicies {
        let policy = |&attestation| RegistrationPolicy {
            passkeys: AllowedPasskeys::Any,
            attestation,
            ..RegistrationPolicy::default()
        };
        RegistrationPolicies(demands.iter().map(policy).collect())
    }

    #[test]
    fn the_clinic_that_demands_the_most_decides() {
        use AttestationDemand::{Direct, None, Verified};
        for (demands, asks, refuses) in [
            (&[None] as &[_], false, false),
            (&[Direct], true, false),
            (&[Verified], true, true),
            (&[Verified, None], true, true),
            (&[None, Direct], true, false),
            (&[], false, false),
        ] {
            let policies = together(demands);
            assert_eq!(policies.asks_for_make(), asks, "{demands:?}");
            assert_eq!(policies.judge_proof(Ok(())), Ok(()));
            for unproven in Unproven::ALL {
                assert_eq!(policies.judge_proof(Err(*unproven)).is_err(), refuses, "{demands:?} {unproven:?}");
            }
        }
    }

    #[test]
    fn only_what_a_maker_vouches_for_is_kept_as_verified() {
        assert_eq!(Proof::of(Ok(())), Proof::Verified);
        for unproven in Unproven::ALL {
            let kept = if *unproven == Unproven::OfItself { Proof::OfItself } else { Proof::None };
            assert_eq!(Proof::of(Err(*unproven)), kept);
        }
    }

    #[test]
    fn a_policy_of_before_demands_no_proof() {
        let mut old = serde_json::to_value(RegistrationPolicy::default()).expect("JSON");
        old.as_object_mut().expect("an object").remove("attestation").expect("it is written now");
        let read: RegistrationPolicy = serde_json::from_value(old).expect("a policy");
        assert_eq!(read.attestation, AttestationDemand::None);
    }
}
