//! Key pairs as JSON Web Keys (RFC 7517), named by their thumbprint (RFC 7638).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::jwk::{Jwk, alg::ec::EcCurve};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::domain::{Fault, SigningAlg};

/// Enough until 2030 (NIST SP 800-57), and what a login can afford.
const RSA_BITS: u32 = 2048;

/// A new private key, as JWK text. OpenSSL draws its own randomness.
pub fn generate(alg: SigningAlg) -> Result<Zeroizing<String>, Fault> {
    let jwk = match alg {
        SigningAlg::Rs256 => Jwk::generate_rsa_key(RSA_BITS),
        SigningAlg::Es256 => Jwk::generate_ec_key(EcCurve::P256),
    };
    jwk.map(|jwk| Zeroizing::new(jwk.to_string())).map_err(|error| Fault::internal("making a signing key", error))
}

/// The public part, with `kid`, `alg` and `use`; nothing else of `private` gets out, whatever it holds.
pub fn public_part(private: &Jwk, alg: SigningAlg) -> Result<(String, Value), Fault> {
    let mut public = Map::new();
    for name in members(alg) {
        let value = private.parameter(name).ok_or_else(|| Fault::Internal(format!("a signing key has no {name}")))?;
        public.insert((*name).to_owned(), value.clone());
    }
    let kid = thumbprint(alg, &public);
    public.insert("kid".to_owned(), kid.clone().into());
    public.insert("alg".to_owned(), alg.as_str().into());
    public.insert("use".to_owned(), "sig".into());
    Ok((kid, public.into()))
}

/// The members that make the key, in the order of RFC 7638 §3.2.
const fn members(alg: SigningAlg) -> &'static [&'static str] {
    match alg {
        SigningAlg::Rs256 => &["e", "kty", "n"],
        SigningAlg::Es256 => &["crv", "kty", "x", "y"],
    }
}

fn thumbprint(alg: SigningAlg, public: &Map<String, Value>) -> String {
    let members: Vec<String> =
        members(alg).iter().map(|name| format!("\"{name}\":{}", public.get(*name).unwrap_or(&Value::Null))).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{{{}}}", members.join(","))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_example_in_rfc_7638() {
        let key = serde_json::json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3o\
                  knjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6\
                  qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awap\
                  JzKnqDKgw",
            "e": "AQAB",
        });
        let key = key.as_object().expect("an object");
        assert_eq!(thumbprint(SigningAlg::Rs256, key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn the_public_part_has_public_members_only() {
        for (alg, expected) in [
            (SigningAlg::Rs256, ["alg", "e", "kid", "kty", "n", "use"].as_slice()),
            (SigningAlg::Es256, &["alg", "crv", "kid", "kty", "use", "x", "y"]),
        ] {
            let private = Jwk::from_bytes(generate(alg).expect("a key").as_bytes()).expect("a JWK");
            let (_, public) = public_part(&private, alg).expect("a public part");
            let mut names: Vec<_> = public.as_object().expect("an object").keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, expected);
        }
    }
}
