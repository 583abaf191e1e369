//! `grant_type=refresh_token`: RFC 6749 §6, RFC 9700 §4.14.2, OpenID Connect Core §12.
//!
//! A refresh token is a sealed number of its grant, which knows the current one. Presenting that moves it on. The one
//! before gets the current one again for a moment, so that a lost answer signs nobody out; any older may have been stolen,
//! and ends the grant. A wrong try of another client, or for more than was granted, burns nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::{Exchange, Exchanged, given::Given, refused, revoke_reused};
use crate::{
    domain::{AuditKind, Client, Fault, Freshness, Grant, GrantId, Outcome, Rotation, Secret, Standing},
    flows::{Cx, unattributed},
    keys::{Opened, Sealable},
    protocol::{
        params::Params,
        token::{Refresh, TokenAnswer, TokenError},
    },
    store::{self, Ending, Store},
};

pub const GRANT_TYPE: &str = "refresh_token";

const REFUSED: TokenError = TokenError::invalid_grant("the refresh token is not valid for this request");

#[derive(Serialize, Deserialize)]
pub struct RefreshToken {
    pub grant: GrantId,
    pub n: i64,
    /// As the access token has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

impl Sealable for RefreshToken {
    const PURPOSE: &'static str = "refresh-token";
    /// The longest that can be configured; the grant it names ends sooner.
    const LIFETIME: Duration = Duration::from_secs(366 * 24 * 3600);
}

impl RefreshToken {
    /// `None`: not ours.
    pub fn open(cx: &Cx, presented: &Secret) -> Option<Opened<Self>> {
        cx.keys.open_late(presented.reveal(), cx.now).ok().filter(|opened| !opened.expired)
    }
}

pub fn exchange(store: &Store, cx: &Cx, client: &Client, form: &Params) -> Exchanged {
    let request = match Refresh::parse(form) {
        Ok(request) => request,
        Err(error) => return refused(error),
    };
    let Some((token, standing, rotation)) = find(store, cx, client, &request)? else {
        return Ok(unattributed::record(cx, AuditKind::TokenRefused, client.id.as_str(), Err(REFUSED)));
    };
    if let Some(reason) = standing.over(cx.now) {
        return Ok(refuse(cx, &standing.grant, reason));
    }
    let grant = standing.grant;
    let scopes = match request.scopes(&grant.scopes) {
        Ok(scopes) => scopes,
        Err(error) => return refused(error),
    };
    let to = match rotation.judge(token.n, cx.now) {
        Freshness::Current => rotation.next(cx.now),
        Freshness::JustMoved => rotation,
        Freshness::Replaced => return Ok(take_back(cx, grant)),
        Freshness::Unknown => return Ok(refuse(cx, &grant, "unknown_number")),
    };
    let given = Given {
        grant: &grant,
        scopes: &scopes,
        claims: &token.claims,
        rotation: Some(to),
        nonce: None,
        requested: Map::new(),
    };
    let answer = given.sign(cx, client)?;
    Ok(write(cx, client, grant, (rotation, to), answer))
}

/// The token is one that this client's grant gave.
fn find(
    store: &Store,
    cx: &Cx,
    client: &Client,
    request: &Refresh,
) -> Result<Option<(RefreshToken, Standing, Rotation)>, Fault> {
    let Some(Opened { value: token, .. }) = RefreshToken::open(cx, &request.refresh_token) else { return Ok(None) };
    let found = store.read(|conn| store::grants::find_standing(conn, &token.grant))?;
    let own = found.filter(|standing| standing.grant.client_id == client.id);
    Ok(own.and_then(|standing| standing.grant.rotation.map(|rotation| (token, standing, rotation))))
}

fn refuse(cx: &Cx, grant: &Grant, reason: &'static str) -> Exchange {
    let event = cx.event_of(AuditKind::TokenRefused, Outcome::Denied, grant).reason(reason);
    Ending::write(move |tx| {
        store::audit_events::insert(tx, &event)?;
        Ok(Err(REFUSED))
    })
}

fn take_back(cx: &Cx, grant: Grant) -> Exchange {
    let cx = cx.clone();
    Ending::write(move |tx| {
        revoke_reused(tx, &cx, &grant)?;
        Ok(Err(REFUSED))
    })
}

/// `answer` holds the refresh token `to`. Who was overtaken is judged again by that: of many who present the same token at
/// once, one moves it on, and the others get what it was moved to.
fn write(cx: &Cx, client: &Client, grant: Grant, (from, to): (Rotation, Rotation), answer: TokenAnswer) -> Exchange {
    let (cx, not_said) = (cx.clone(), client.wants_use(cx.now));
    Ending::write(move |tx| {
        if not_said {
            store::clients::touch(tx, &grant.client_id, cx.now)?;
        }
        let member = store::memberships::still_active(tx, &grant.user_id, &grant.clinic_id, cx.now)?;
        if member && to != from && store::grants::rotate(tx, &grant.id, from, to)? {
            let event = cx.event_of(AuditKind::TokenRefreshed, Outcome::Success, &grant);
            store::audit_events::insert(tx, &event)?;
            return Ok(Ok(answer));
        }
        let held = store::grants::hold(tx, &grant.id)?.filter(|held| member && held.is_alive(cx.now));
        match held.and_then(|held| held.rotation).map(|rotation| rotation.judge(to.n, cx.now)) {
            Some(Freshness::Current | Freshness::JustMoved) => {
                let event = cx.event_of(AuditKind::TokenRefreshed, Outcome::Success, &grant).reason("again");
                store::audit_events::insert(tx, &event)?;
                Ok(Ok(answer))
            }
            Some(Freshness::Replaced) => {
                revoke_reused(tx, &cx, &grant)?;
                Ok(Err(REFUSED))
            }
            Some(Freshness::Unknown) | None => {
                let event = cx.event_of(AuditKind::TokenRefused, Outcome::Denied, &grant).reason("changed_meanwhile");
                store::audit_events::insert(tx, &event)?;
                Ok(Err(REFUSED))
            }
        }
    })
}
