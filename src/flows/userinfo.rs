//! The userinfo endpoint: OpenID Connect Core §5.3. One read; whether the grant and its person are still good is asked of
//! the store every time.

use serde_json::Value;

use crate::{
    domain::{Fault, Secret, Verdict},
    flows::{Cx, token::AccessToken},
    keys::Opened,
    protocol::{
        bearer::BearerRefusal,
        claims,
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
        let place = match claims::need_place(token.scopes(&standing.grant), &token.claims) {
            true => store::memberships::find_with_clinic(conn, &user.id, &standing.grant.clinic_id)?,
            false => None,
        };
        Ok(Some((standing, user, place)))
    })?;
    let Some((standing, user, place)) = found.filter(|(standing, ..)| standing.over(cx.now).is_none()) else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let scopes = token.scopes(&standing.grant);
    if !holds(scopes, Scope::OpenId) {
        return Ok(Err(BearerRefusal::InsufficientScope));
    }
    let Some(client) = cx.clients.find(store, cx.now, &standing.grant.client_id)? else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let told = claims::Told { user: &user, place: place.as_ref(), names: &client.claim_names };
    Ok(Ok(claims::userinfo(told, scopes, &token.claims)))
}
