//! The userinfo endpoint: OpenID Connect Core §5.3. One read; whether the grant and its person are still good is asked of
//! the store every time.

use serde_json::Value;

use crate::{
    domain::{Fault, Secret, Verdict},
    flows::{Cx, token::AccessToken},
    protocol::{bearer::BearerRefusal, claims},
    store::{self, Store},
};

pub fn userinfo(store: &Store, cx: &Cx, token: &Secret) -> Result<Verdict<Value, BearerRefusal>, Fault> {
    let Ok(token) = cx.keys.open::<AccessToken>(token.reveal(), cx.now) else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let found = store.read(|conn| store::grants::find_with_user(conn, &token.grant))?;
    let alive = found
        .filter(|(grant, user, membership, _)| grant.is_alive(cx.now) && user.is_active() && membership.is_active());
    let Some((grant, user, _, _)) = alive else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    Ok(Ok(claims::userinfo(&user, &grant.scopes, &token.claims)))
}
