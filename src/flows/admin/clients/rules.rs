//! What may be registered at all (RFC 9700 §2.1 and §2.5, RFC 8252 §8.4, OpenID Connect Dynamic Client Registration §2).

use super::super::Refusal;
use crate::domain::{Client, ClientType, SigningAlg};
use crate::flows::token::grant_types;
use crate::protocol::{
    claim_names::check_names,
    redirect_uri::validate_for_registration,
    scope::{Scope, holds},
};

/// Of a kind. Each is compared with every request.
const MOST_URIS: usize = 20;

pub fn check(client: &Client, algorithms: &[SigningAlg]) -> Result<(), Refusal> {
    if client.name.is_empty() {
        return Err(Refusal::BadText { field: "the name", max: 100 });
    }
    let signs_in = client.kind != ClientType::Machine;
    methods(client)?;
    uris(client, signs_in)?;
    scopes(client, signs_in)?;
    grants(client, signs_in)?;
    check_names(client).map_err(|pair| Refusal::BadClaimName { pair })?;
    if !algorithms.contains(&client.id_token_alg) {
        return Err(Refusal::BadAlgorithm { alg: client.id_token_alg.as_str() });
    }
    Ok(())
}

fn methods(client: &Client) -> Result<(), Refusal> {
    let keeps_secrets = matches!(client.kind, ClientType::Web | ClientType::Machine);
    match (keeps_secrets, client.is_public()) {
        (true, true) => return Err(Refusal::SecretMissing),
        (false, false) => return Err(Refusal::SecretInPublic),
        _ => {}
    }
    if client.is_public() && client.secret_days.is_some() {
        return Err(Refusal::NoSecret);
    }
    if client.is_public() && !client.pkce_required {
        return Err(Refusal::PkceNeeded);
    }
    Ok(())
}

fn uris(client: &Client, signs_in: bool) -> Result<(), Refusal> {
    if signs_in && client.redirect_uris.is_empty() {
        return Err(Refusal::NoRedirectUri);
    }
    // Where nothing of a native application listens, its own scheme has no business.
    let web = [("the back-channel logout URI", &client.backchannel_logout_uri), ("the start URI", &client.start_uri)];
    let lists =
        [("the redirect URI", &client.redirect_uris), ("the post-logout URI", &client.post_logout_redirect_uris)];
    for (field, uris) in lists {
        if uris.len() > MOST_URIS {
            return Err(Refusal::TooManyUris { field, max: MOST_URIS });
        }
        for (at, uri) in uris.iter().enumerate() {
            uri_is_good(field, uri, client.kind)?;
            if uris.iter().take(at).any(|earlier| earlier == uri) {
                return Err(Refusal::RepeatedUri { uri: uri.clone() });
            }
        }
    }
    for (field, uri) in web {
        if let Some(uri) = uri {
            uri_is_good(field, uri, ClientType::Web)?;
        }
    }
    Ok(())
}

fn uri_is_good(field: &'static str, uri: &str, kind: ClientType) -> Result<(), Refusal> {
    validate_for_registration(uri, kind).map_err(|why| Refusal::BadUri { field, uri: uri.to_owned(), why })
}

fn scopes(client: &Client, signs_in: bool) -> Result<(), Refusal> {
    if let Some(scope) = client.scopes.iter().find(|scope| Scope::parse(scope).is_none()) {
        let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        return Err(Refusal::BadScope { scope: scope.clone(), known: known.join(", ") });
    }
    if signs_in && !client.scopes.iter().any(|scope| scope == "openid") {
        return Err(Refusal::NoOpenId);
    }
    Ok(())
}

fn grants(client: &Client, signs_in: bool) -> Result<(), Refusal> {
    if let Some(grant) = client.grants.iter().find(|grant| grant_types().all(|known| known != grant.as_str())) {
        let known: Vec<_> = grant_types().collect();
        return Err(Refusal::BadGrant { grant: grant.clone(), known: known.join(", ") });
    }
    if signs_in && client.grants.is_empty() {
        return Err(Refusal::NoGrant);
    }
    // Refresh tokens are given for that scope alone, so that one without the other would be a mistake that nobody sees.
    if client.may_use("refresh_token") != holds(&client.scopes, Scope::OfflineAccess) {
        return Err(Refusal::HalfRefresh);
    }
    Ok(())
}
