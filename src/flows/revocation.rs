//! The revocation endpoint: RFC 7009.
//!
//! Tokens are names of their grant, so whichever of them a client gives back, the grant ends with all that it gave (§2.1
//! allows it): an application gives a token back when somebody leaves it. Of a token that is not the client's nothing is
//! said and nothing changes.

use crate::{
    domain::{AuditKind, Client, Fault, Outcome, Verdict},
    flows::{Cx, client_auth, token::Shown},
    protocol::{params::Params, shown_token::ShownToken, token::TokenError},
    store::{self, Ending, Store},
};

/// `authorization`: the header's value.
pub fn revoke(store: &Store, cx: &Cx, authorization: Option<&str>, form: &Params) -> Result<Revoked, Fault> {
    let client = match client_auth::prove(store, cx, authorization, form)? {
        Ok(client) => client,
        Err(unproven) => return Ok(unproven.record(cx)),
    };
    match ShownToken::parse(form) {
        Err(error) => Ok(Ending::Answer(Err(error))),
        Ok(shown) => end(store, cx, &client, &shown),
    }
}

type Revoked = Ending<Verdict<(), TokenError>>;

const NOTHING: Revoked = Ending::Answer(Ok(()));

fn end(store: &Store, cx: &Cx, client: &Client, shown: &ShownToken) -> Result<Revoked, Fault> {
    let Some(shown) = Shown::open(cx, shown) else { return Ok(NOTHING) };
    let found = store.read(|conn| store::grants::find(conn, shown.grant()))?;
    let Some(grant) = found.filter(|grant| grant.client_id == client.id && grant.is_alive(cx.now)) else {
        return Ok(NOTHING);
    };
    let cx = cx.clone();
    Ok(Ending::write(move |tx| {
        if store::grants::revoke(tx, &grant.id, cx.now)? {
            let event = cx.event_of(AuditKind::TokenRevoked, Outcome::Success, &grant);
            store::audit_events::insert(tx, &event)?;
        }
        Ok(Ok(()))
    }))
}
