//! The key ring: what is published, what signs, what still verifies (OpenID Connect Core §10.1.1).

use std::{cmp::Reverse, sync::Arc};

use josekit::{
    JoseError,
    jwk::Jwk,
    jws::{self, JwsHeader, JwsVerifier},
};
use serde_json::{Value, json};

use super::{Keys, Signer, jwk, signer};
use crate::{
    domain::{Fault, KeyState, SigningAlg, StoredSigningKey, UnixTime},
    random::Random,
};

/// Cheap to clone.
#[derive(Clone)]
pub struct KeyRing(Arc<Ring>);

struct Ring {
    jwks: String,
    /// One for each algorithm that has an active key.
    signers: Vec<Signer>,
    verifiers: Vec<Verifier>,
}

struct Verifier {
    kid: String,
    alg: SigningAlg,
    verifier: Box<dyn JwsVerifier>,
}

/// Longer than any ID token of ours.
const LONGEST_JWT: usize = 16 * 1024;

impl KeyRing {
    /// A new key, its private part sealed. `activated_at` is set when `state` is active.
    pub fn generate(
        alg: SigningAlg,
        state: KeyState,
        keys: &Keys,
        random: Random,
        now: UnixTime,
    ) -> Result<StoredSigningKey, Fault> {
        let private = jwk::generate(alg)?;
        let (kid, public) = jwk::public_part(&read(private.as_bytes())?, alg)?;
        Ok(StoredSigningKey {
            sealed_private: keys.seal_private(&kid, private.as_bytes(), random),
            public_jwk: public.to_string(),
            kid,
            alg,
            state,
            created_at: now,
            activated_at: (state == KeyState::Active).then_some(now),
            retired_at: None,
        })
    }

    /// What is published comes out of the sealed private parts: a row that somebody else wrote into the store is
    /// found out here and never becomes a key that applications trust.
    pub fn load(mut stored: Vec<StoredSigningKey>, keys: &Keys) -> Result<Self, Fault> {
        // Of two active keys of one algorithm the newer signs.
        stored.sort_by_key(|key| (order(key.state), Reverse(key.activated_at), key.kid.clone()));
        let mut ring = Ring { jwks: String::new(), signers: Vec::new(), verifiers: Vec::new() };
        let mut published = Vec::new();
        for key in stored {
            let private = read(&keys.open_private(&key.kid, &key.sealed_private)?)?;
            let (kid, public) = jwk::public_part(&private, key.alg)?;
            if key.state == KeyState::Active && ring.signers.iter().all(|signer| signer.alg() != key.alg) {
                ring.signers.push(Signer::new(&kid, key.alg, &private, &public)?);
            }
            let verifier = signer::verifier(key.alg, &read(public.to_string().as_bytes())?)
                .map_err(|error| Fault::internal(&format!("the signing key {kid}"), error))?;
            ring.verifiers.push(Verifier { kid, alg: key.alg, verifier });
            published.push(public);
        }
        ring.jwks = json!({ "keys": published }).to_string();
        Ok(Self(Arc::new(ring)))
    }

    /// The private part of a stored key, sealed with another master key.
    pub fn reseal(stored: &StoredSigningKey, old: &Keys, new: &Keys, random: Random) -> Result<String, Fault> {
        let private = old.open_private(&stored.kid, &stored.sealed_private)?;
        Ok(new.seal_private(&stored.kid, &private, random))
    }

    /// The JWK set (RFC 7517 §5) as it is published: active keys first, then the next, then retired ones.
    pub fn jwks(&self) -> &str {
        &self.0.jwks
    }

    /// The active key of this algorithm.
    pub fn signer(&self, alg: SigningAlg) -> Result<&Signer, Fault> {
        let signer = self.0.signers.iter().find(|signer| signer.alg() == alg);
        signer.ok_or_else(|| Fault::Internal(format!("no active signing key for {}", alg.as_str())))
    }

    /// A JWT of this `typ` (RFC 8725 §3.11), for what openidconnect's types do not sign.
    pub fn sign(&self, alg: SigningAlg, typ: &str, claims: &Value) -> Result<String, Fault> {
        let signer = self.signer(alg)?;
        let mut header = JwsHeader::new();
        header.set_token_type(typ);
        jws::serialize_compact(claims.to_string().as_bytes(), &header, signer)
            .map_err(|error| Fault::internal("signing a token", error))
    }

    /// The claims of an ID token that any key of ours signed, however old; `None` for everything else. A token of
    /// another `typ` is no ID token, whoever signed it.
    pub fn verify_own(&self, jwt: &str) -> Option<Value> {
        if jwt.len() > LONGEST_JWT {
            return None;
        }
        let (payload, _) = jws::deserialize_compact_with_selector(jwt, |header| Ok(self.verifier_for(header))).ok()?;
        serde_json::from_slice(&payload).ok().filter(Value::is_object)
    }

    fn verifier_for(&self, header: &JwsHeader) -> Option<&dyn JwsVerifier> {
        if header.token_type().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return None;
        }
        let (kid, alg) = (header.key_id()?, header.algorithm()?);
        let ours = self.0.verifiers.iter().find(|key| key.kid == kid && key.alg.as_str() == alg)?;
        Some(ours.verifier.as_ref())
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeyRing").field(&self.0.signers).finish()
    }
}

const fn order(state: KeyState) -> u8 {
    match state {
        KeyState::Active => 0,
        KeyState::Next => 1,
        KeyState::Retired => 2,
    }
}

fn read(jwk: &[u8]) -> Result<Jwk, Fault> {
    Jwk::from_bytes(jwk).map_err(|error: JoseError| Fault::internal("reading a signing key", error))
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
