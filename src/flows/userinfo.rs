//! The userinfo endpoint: OpenID Connect Core §5.3. One read; whether the grant and its person are still good is asked of
//! the store every time.

use serde_json::Value;

use crate::{
    domain::{Fault, Secret, Verdict},
    flows::{Cx, about, token::AccessToken},
    keys::Opened,
    protocol::{
        bearer::BearerRefusal,
        claims::{self, Needs, Told},
        scope::{Scope, holds},
    },
    store::{self, Store},
};

pub fn userinfo(store: &Store, cx: &Cx, token: &Secret) -> Result<Verdict<Value, BearerRefusal>, Fault> {
    let Some(Opened { value: token, .. }) = AccessToken::open(cx, token) else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let found = store.read(|conn| {
        let Some((standing, user)) = store::grants::find_with_user(conn, &token.grant)? else { return Ok(None) };
        let needs = Needs::of(token.scopes(&standing.grant), &token.claims);
        let about = about::read(conn, user, &standing.grant.clinic_id, needs, cx.now)?;
        Ok(Some((standing, about)))
    })?;
    let Some((standing, about)) = found.filter(|(standing, _)| standing.over(cx.now).is_none()) else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let scopes = token.scopes(&standing.grant);
    if !holds(scopes, Scope::OpenId) {
        return Ok(Err(BearerRefusal::InsufficientScope));
    }
    let Some(client) = cx.clients.find(store, cx.now, &standing.grant.client_id)? else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    Ok(Ok(claims::userinfo(Told { about: &about, names: &client.claim_names }, scopes, &token.claims)))
}
