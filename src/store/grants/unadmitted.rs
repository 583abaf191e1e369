//! What an application was given that it would not be given now.

use diesel::prelude::*;

use super::revoke;
use crate::{
    domain::{Acr, Client, ClientId, GrantId, Role, TerminalKind, UnixTime, UserId},
    store::{
        StoreResult, Tx,
        columns::from_words,
        schema::{self, grants},
    },
};

/// Of this person's, or of this application's: what was given to who no longer has a role that its application admits.
pub fn revoke_unadmitted(
    tx: &mut Tx<'_>,
    user: Option<&UserId>,
    client: Option<&ClientId>,
    now: UnixTime,
) -> StoreResult<usize> {
    let mut alive = grants::table
        .inner_join(schema::clients::table)
        .inner_join(schema::memberships::table.on(
            schema::memberships::user_id.eq(grants::user_id).and(schema::memberships::clinic_id.eq(grants::clinic_id)),
        ))
        .filter(grants::revoked_at.is_null())
        .filter(schema::clients::roles.ne("[]"))
        .select((grants::id, schema::clients::roles, schema::memberships::roles))
        .into_boxed();
    if let Some(user) = user {
        alive = alive.filter(grants::user_id.eq(user));
    }
    if let Some(client) = client {
        alive = alive.filter(grants::client_id.eq(client));
    }
    let mut revoked = 0;
    for (id, wanted, held) in alive.load::<(GrantId, String, String)>(&mut **tx)? {
        let (wanted, held) = (from_words(&wanted, Role::parse)?, from_words(&held, Role::parse)?);
        if !wanted.iter().any(|role| held.contains(role)) && revoke(tx, &id, now)? {
            revoked += 1;
        }
    }
    Ok(revoked)
}

/// What this application was given by a sign-in, or at a terminal, that it no longer takes.
pub fn revoke_unmet(tx: &mut Tx<'_>, client: &Client, now: UnixTime) -> StoreResult<usize> {
    let alive: Vec<(GrantId, Acr, TerminalKind)> = grants::table
        .inner_join(schema::sessions::table)
        .filter(grants::client_id.eq(&client.id))
        .filter(grants::revoked_at.is_null())
        .filter(grants::expires_at.gt(now))
        .select((grants::id, grants::acr, schema::sessions::terminal_kind))
        .load(&mut **tx)?;
    let mut revoked = 0;
    for (id, acr, kind) in alive {
        if !client.demands.are_met_by(acr, kind) && revoke(tx, &id, now)? {
            revoked += 1;
        }
    }
    Ok(revoked)
}
