//! What applications hold of oneself: consents that are remembered, and grants that are alive. Seeing and withdrawing.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::{
    domain::{AuditKind, ClientId, Consent, Fault, Grant, Outcome, SignedIn, UnixTime},
    flows::Cx,
    store::{self, Store},
};

#[derive(Clone, Debug, Serialize)]
pub struct App {
    pub client_id: ClientId,
    pub name: String,
    pub since: UnixTime,
    /// When it last had a token, as far as one is alive.
    pub last_used: Option<UnixTime>,
    /// Each once; the catalogue has them in plain words.
    pub scopes: Vec<String>,
    /// It keeps its access when the session ends.
    pub lasting: bool,
}

/// By name.
pub fn list(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Vec<App>, Fault> {
    let (consents, grants) = store.read(|conn| {
        let consents = store::consents::list_for_user(conn, &who.user.id)?;
        Ok((consents, store::grants::list_alive_for_user(conn, &who.user.id, cx.now)?))
    })?;
    Ok(gathered(consents, grants))
}

/// Each application once, by name.
pub fn gathered(consents: Vec<(Consent, String)>, grants: Vec<(Grant, String)>) -> Vec<App> {
    let mut apps = BTreeMap::new();
    for (consent, name) in consents {
        add(&mut apps, consent.client_id, name, consent.given_at, consent.scopes);
    }
    for (grant, name) in grants {
        let app = add(&mut apps, grant.client_id, name, grant.created_at, grant.scopes);
        let used = grant.rotation.map_or(grant.created_at, |rotation| rotation.at);
        app.last_used = app.last_used.max(Some(used));
        app.lasting |= grant.outlives_session;
    }
    apps.into_values().collect()
}

fn add(
    apps: &mut BTreeMap<(String, ClientId), App>,
    client_id: ClientId,
    name: String,
    since: UnixTime,
    scopes: Vec<String>,
) -> &mut App {
    let app = apps.entry((name.clone(), client_id.clone())).or_insert(App {
        client_id,
        name,
        since,
        last_used: None,
        scopes: Vec::new(),
        lasting: false,
    });
    app.since = app.since.min(since);
    let new: Vec<_> = scopes.into_iter().filter(|scope| !app.scopes.contains(scope)).collect();
    app.scopes.extend(new);
    app
}

/// Takes back the consent and every token; `false` when the application holds nothing of this person.
pub fn withdraw(store: &Store, cx: &Cx, who: &SignedIn, client: &ClientId) -> Result<bool, Fault> {
    let (cx, who, client) = (cx.clone(), who.clone(), client.clone());
    store.write(move |tx| {
        let consent = store::consents::delete(tx, &who.user.id, &client)?;
        let grants = store::grants::revoke_for_user_at(tx, &who.user.id, &client, cx.now)?;
        let held = consent || grants > 0;
        if held {
            let event = cx.event_in(AuditKind::ConsentWithdrawn, Outcome::Success, &who).client(&client);
            store::audit_events::insert(tx, &event.detail(json!({ "grants": grants })))?;
        }
        Ok(held)
    })
}
