//! What a client may call the claims about a person: no name that says something else already.

use super::claims::{names, scope_of};
use crate::domain::Client;

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

/// Of a client. `Err`: the pair that cannot be: it names no claim of ours, or gives it a name that is none, or that another claim has
/// which the client may hear too.
pub fn check_names(client: &Client) -> Result<(), String> {
    let told = &client.claim_names;
    let heard = |name: &&str| scope_of(name).is_some_and(|scope| client.scopes.iter().any(|it| it == scope.as_str()));
    let refused = |(ours, theirs): (&str, &str)| {
        let plain = theirs.len() <= LONGEST_NAME && theirs.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=');
        let shared = names().filter(heard).any(|name| name != ours && told.theirs(name) == theirs)
            || told.pairs().any(|(other, name)| other != ours && name == theirs);
        scope_of(ours).is_none() || !plain || shared || RESERVED.contains(&theirs)
    };
    match told.pairs().find(|pair| refused(*pair)) {
        Some((ours, theirs)) => Err(format!("{ours}={theirs}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::ClaimNames,
        protocol::testing::{client, words},
    };

    fn check(names: &str, scopes: &str) -> Result<(), String> {
        check_names(&Client { claim_names: ClaimNames::parse(names).unwrap(), scopes: words(scopes), ..client() })
    }

    #[test]
    fn no_claim_takes_a_name_of_the_protocol_or_of_another_claim() {
        for bad in
            ["name=sub", "roles=acr", "name=at_hash", "name=email", "name=x email=x", "gold=x", "sub=uid", "name=名"]
        {
            assert!(check(bad, "openid profile email").is_err(), "{bad}");
        }
        for reserved in RESERVED {
            assert!(check(&format!("name={reserved}"), "openid profile").is_err(), "{reserved}");
        }
        assert!(check(&format!("name={}", "x".repeat(101)), "openid profile").is_err());
        assert_eq!(check("name=email email=mail", "openid profile email"), Ok(()));
    }

    #[test]
    fn a_name_is_free_while_the_client_does_not_hear_the_claim_that_has_it() {
        assert_eq!(check("roles=groups", "openid roles"), Ok(()));
        assert_eq!(check("roles=groups", "openid roles groups"), Err("roles=groups".to_owned()));
        assert_eq!(check("roles=groups groups=wards", "openid roles groups"), Ok(()));
    }
}
