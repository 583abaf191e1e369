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
    let found = store.read(|conn| store::grants::find_with_user(conn, &token.grant))?;
    let Some((standing, user)) = found.filter(|(standing, _)| standing.over(cx.now).is_none()) else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let scopes = token.scopes(&standing.grant);
    if !holds(scopes, Scope::OpenId) {
        return Ok(Err(BearerRefusal::InsufficientScope));
    }
    Ok(Ok(claims::userinfo(&user, scopes, &token.claims)))
}
