//! Passwords at rest: Argon2id (RFC 9106) in PHC strings.
//!
//! A hash takes 19 MiB and some 17 ms of a core: callers hold a permit before they ask for one.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier, Version};

use crate::{domain::Fault, random::Random};

/// OWASP ASVS 5.0 appendix C at its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19456, passes: 2, lanes: 1 }
    }
}

#[derive(Debug)]
pub struct PasswordHasher {
    argon2: Argon2<'static>,
    runs: AtomicU64,
}

impl PasswordHasher {
    pub fn new(cost: PasswordCost) -> Result<Self, Fault> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|error| Fault::internal("the cost of a password hash", error))?;
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), runs: AtomicU64::new(0) })
    }

    /// How often Argon2 ran: what an attacker could otherwise only measure in time.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    fn argon2(&self) -> &Argon2<'static> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        &self.argon2
    }

    /// `password` as `domain::password` gives it: normalised.
    pub fn hash(&self, password: &str, random: Random) -> Result<String, Fault> {
        let salt: [u8; 16] = random.bytes();
        self.argon2()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| Fault::internal("hashing a password", error))
    }

    /// With the parameters that `phc` itself names.
    pub fn verify(&self, password: &str, phc: &str) -> bool {
        PasswordHash::new(phc).is_ok_and(|hash| self.argon2().verify_password(password.as_bytes(), &hash).is_ok())
    }

    /// The same work as [`Self::verify`], so that an unknown account takes as long as a known one.
    pub fn verify_nobody(&self, password: &str) {
        let hash = self.argon2().hash_password_with_salt(password.as_bytes(), &[0; 16]);
        std::hint::black_box(hash.is_ok());
    }

    /// Made with other parameters than today's.
    pub fn wants_rehash(&self, phc: &str) -> bool {
        !PasswordHash::new(phc).is_ok_and(|hash| {
            hash.algorithm == Algorithm::Argon2id.ident()
                && hash.version == Some(Version::V0x13.into())
                && Params::try_from(&hash).is_ok_and(|made_with| {
                    let today = self.argon2.params();
                    (made_with.m_cost(), made_with.t_cost(), made_with.p_cost())
                        == (today.m_cost(), today.t_cost(), today.p_cost())
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "さくら7の庭でみるつき";

    fn cheap() -> PasswordHasher {
        PasswordHasher::new(PasswordCost { memory_kib: 64, passes: 1, lanes: 1 }).expect("good parameters")
    }

    #[test]
    fn a_hash_names_the_parameters_that_are_asked_for() {
        let hash = PasswordHasher::new(PasswordCost::default()).and_then(|it| it.hash(PASSWORD, Random)).expect("hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[test]
    fn the_right_password_is_verified_and_no_other() {
        let hasher = cheap();
        let hash = hasher.hash(PASSWORD, Random).expect("hash");
        assert!(hasher.verify(PASSWORD, &hash));
        for wrong in ["", "さくら7の庭でみるつ", "さくら7の庭でみるつき ", "さくら8の庭でみるつき"]
        {
            assert!(!hasher.verify(wrong, &hash), "{wrong}");
        }
    }

    #[test]
    fn no_part_of_a_long_password_is_cut_off() {
        let hasher = cheap();
        let long = "庭".repeat(127);
        let hash = hasher.hash(&format!("{long}1"), Random).expect("hash");
        assert!(!hasher.verify(&format!("{long}2"), &hash));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        let hasher = cheap();
        assert_ne!(hasher.hash(PASSWORD, Random).expect("hash"), hasher.hash(PASSWORD, Random).expect("hash"));
    }

    #[test]
    fn what_is_no_hash_verifies_nothing_and_wants_to_be_made_anew() {
        for broken in ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"] {
            assert!(!cheap().verify(PASSWORD, broken), "{broken}");
            assert!(cheap().wants_rehash(broken), "{broken}");
        }
    }

    #[test]
    fn only_a_hash_of_other_parameters_wants_to_be_made_anew() {
        let dearer = PasswordHasher::new(PasswordCost { memory_kib: 128, passes: 1, lanes: 1 }).expect("parameters");
        let hash = cheap().hash(PASSWORD, Random).expect("hash");
        assert!(!cheap().wants_rehash(&hash));
        assert!(dearer.wants_rehash(&hash));
        assert!(dearer.verify(PASSWORD, &hash), "an older hash still verifies");
    }
}
