//! What a client may call the claims about a person: no name that says something else already.

use super::claims::{names, scope_of};
use crate::domain::ClaimNames;

/// What has a meaning of its own in tokens and answers: RFC 7519 §4.1, RFC 9068, OpenID Connect Core §2, §3.3.2.11, §5.6.2, and
/// what logout and security events are known by.
const RESERVED: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "nonce",
    "acr",
    "amr",
    "azp",
    "auth_time",
    "sid",
    "at_hash",
    "c_hash",
    "s_hash",
    "cnf",
    "events",
    "client_id",
    "scope",
    "act",
    "may_act",
    "_claim_names",
    "_claim_sources",
];

/// Longest name of theirs.
const LONGEST_NAME: usize = 100;

/// Of a client. `Err`: the pair that cannot be: it names no claim of ours, or gives it a name that is taken or none.
pub fn check_names(client: &ClaimNames) -> Result<(), String> {
    let refused = |(ours, theirs): (&str, &str)| {
        let plain = theirs.len() <= LONGEST_NAME && theirs.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=');
        let shared = names().filter(|name| client.theirs(name) == theirs).count() > 1;
        scope_of(ours).is_none() || !plain || shared || RESERVED.contains(&theirs)
    };
    match client.pairs().find(|pair| refused(*pair)) {
        Some((ours, theirs)) => Err(format!("{ours}={theirs}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_claim_takes_a_name_of_the_protocol_or_of_another_claim() {
        for bad in
            ["name=sub", "roles=acr", "name=at_hash", "name=email", "name=x email=x", "gold=x", "sub=uid", "name=名"]
        {
            assert!(check_names(&ClaimNames::parse(bad).unwrap()).is_err(), "{bad}");
        }
        for reserved in RESERVED {
            assert!(check_names(&ClaimNames::parse(&format!("name={reserved}")).unwrap()).is_err(), "{reserved}");
        }
        assert!(check_names(&ClaimNames::parse(&format!("name={}", "x".repeat(101))).unwrap()).is_err());
        assert_eq!(check_names(&ClaimNames::parse("name=email email=mail").unwrap()), Ok(()));
    }
}
