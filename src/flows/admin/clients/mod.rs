//! Clients: the applications that people sign in to (OpenID Connect Dynamic Client Registration §2 names the fields).

mod change;
mod draft;
mod limits;
mod rules;

use serde_json::{Value, json};

pub use change::Change;
pub use draft::Draft;
pub use limits::Limits;

use super::{By, Refusal, time};
use crate::domain::{Acr, AuditEvent, AuditKind, Client, ClientId, Fault, Secret, SigningAlg, UnixTime, Verdict};
use crate::store::{Store, StoreResult, Tx, audit_events, clients, clinics, grants};

/// A client and, where it was made just now, its secret: shown this once.
#[derive(Debug)]
pub struct Registered {
    pub client: Client,
    pub secret: Option<Secret>,
    /// What differs from before, by name. Empty for a new client and for one that was so already.
    pub changed: Vec<&'static str>,
}

/// By name, without those that cannot come back.
pub fn list(store: &Store, now: UnixTime) -> Result<Vec<Client>, Fault> {
    let mut all = store.read(clients::list)?;
    all.retain(|client| !client.is_gone(now));
    Ok(all)
}

pub fn find(store: &Store, id: &ClientId, now: UnixTime) -> Result<Verdict<Client, Refusal>, Fault> {
    let found = store.read(|conn| clients::find(conn, id))?;
    Ok(found.filter(|client| !client.is_gone(now)).ok_or_else(|| Refusal::UnknownClient { id: id.to_string() }))
}

/// `algorithms`: those that the configuration offers.
pub fn add(
    store: &Store,
    by: &By,
    draft: Draft,
    algorithms: &[SigningAlg],
) -> Result<Verdict<Registered, Refusal>, Fault> {
    let (by, algorithms) = (by.clone(), algorithms.to_vec());
    store.write(move |tx| insert(tx, &by, &draft, &algorithms))
}

/// The same, inside a write.
pub fn insert(
    tx: &mut Tx<'_>,
    by: &By,
    draft: &Draft,
    algorithms: &[SigningAlg],
) -> StoreResult<Verdict<Registered, Refusal>> {
    let mut client = draft.blank(by);
    let secret = (!client.is_public()).then(|| by.random.secret());
    client.secret_hash = secret.as_ref().map(Secret::hash);
    if let Err(refusal) = draft.apply(&mut client).and_then(|()| rules::check(&client, algorithms)) {
        return Ok(Err(refusal));
    }
    client.begin_secret_term(by.now);
    if let Some(refusal) = unknown_clinic(tx, &client)? {
        return Ok(Err(refusal));
    }
    clients::insert(tx, &client)?;
    let detail = json!({ "name": client.name, "redirect_uris": client.redirect_uris });
    record(tx, by.event(AuditKind::ClientCreated).detail(detail), &client)?;
    Ok(Ok(Registered { client, secret, changed: Vec::new() }))
}

/// Changes what the draft names and keeps the rest.
pub fn set(
    store: &Store,
    by: &By,
    id: ClientId,
    draft: Draft,
    algorithms: &[SigningAlg],
) -> Result<Verdict<Registered, Refusal>, Fault> {
    change(store, by, id, Change::Fields(Box::new(draft)), algorithms)
}

pub fn change(
    store: &Store,
    by: &By,
    id: ClientId,
    change: Change,
    algorithms: &[SigningAlg],
) -> Result<Verdict<Registered, Refusal>, Fault> {
    let (by, algorithms) = (by.clone(), algorithms.to_vec());
    store.write(move |tx| {
        let Some(before) = held(tx, &id, by.now)? else {
            return Ok(Err(Refusal::UnknownClient { id: id.to_string() }));
        };
        update(tx, &by, &before, &change, &algorithms)
    })
}

/// One that is there, or may come back; changed by nobody else until this transaction ends.
pub fn held(tx: &mut Tx<'_>, id: &ClientId, now: UnixTime) -> StoreResult<Option<Client>> {
    let held = clients::hold(tx, id)?;
    Ok(clients::find(tx, id)?.filter(|client| held && !client.is_gone(now)))
}

/// Inside a write. What a client holds ends with its being disabled, or with whom it admits.
pub fn update(
    tx: &mut Tx<'_>,
    by: &By,
    before: &Client,
    change: &Change,
    algorithms: &[SigningAlg],
) -> StoreResult<Verdict<Registered, Refusal>> {
    let mut client = before.clone();
    let secret = match change.apply(&mut client, by) {
        Ok(secret) => secret,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let changed = change::changed(before, &client);
    if changed.is_empty() {
        return Ok(Ok(Registered { client, secret: None, changed }));
    }
    if change::is_judged(before, &client, &changed) {
        if let Err(refusal) = rules::check(&client, algorithms) {
            return Ok(Err(refusal));
        }
        if let Some(refusal) = unknown_clinic(tx, &client)? {
            return Ok(Err(refusal));
        }
    }
    client.updated_at = by.now;
    if !clients::update(tx, &client)? {
        return Ok(Err(Refusal::Changed));
    }
    let mut detail = json!({ "changed": changed });
    if let Some(moved) = change::moved(before, &client) {
        detail["moved"] = moved;
    }
    if before.is_enabled() && !client.is_enabled() {
        detail["grants"] = grants::revoke_for_client(tx, &client.id, by.now)?.into();
    } else if before.roles != client.roles || before.demands != client.demands {
        let unadmitted = grants::revoke_unadmitted(tx, None, Some(&client.id), by.now)?;
        detail["grants"] = (unadmitted + grants::revoke_unmet(tx, &client, by.now)?).into();
    }
    record(tx, by.event(AuditKind::ClientChanged).detail(detail), &client)?;
    Ok(Ok(Registered { client, secret, changed }))
}

fn record(tx: &mut Tx<'_>, event: AuditEvent, client: &Client) -> StoreResult<()> {
    let mut event = event.client(&client.id);
    event.clinic_id.clone_from(&client.clinic_id);
    audit_events::insert(tx, &event)
}

fn unknown_clinic(tx: &mut Tx<'_>, client: &Client) -> StoreResult<Option<Refusal>> {
    let Some(id) = &client.clinic_id else { return Ok(None) };
    let known = clinics::find(tx, id)?.is_some();
    Ok((!known).then(|| Refusal::UnknownClinic { id: id.to_string() }))
}

/// Without any secret.
pub fn to_json(client: &Client) -> Value {
    json!({
        "client_id": client.id.as_str(),
        "name": client.name,
        "type": client.kind.as_str(),
        "token_endpoint_auth_method": client.auth_method.as_str(),
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "start_uri": client.start_uri,
        "scope": client.scopes.join(" "),
        "grant_types": client.grants,
        "id_token_signed_response_alg": client.id_token_alg.as_str(),
        "pkce": if client.pkce_required { "required" } else { "optional" },
        "first_party": client.first_party,
        "clinic_id": client.clinic_id.as_ref().map(|id| id.as_str()),
        "roles": client.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "min_acr": client.demands.min_acr.map(Acr::as_str),
        "temporary_access": client.demands.takes_temporary,
        "terminals": client.demands.terminals.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "access_token_minutes": client.lifetimes.access_token_minutes,
        "id_token_minutes": client.lifetimes.id_token_minutes,
        "refresh_token_days": client.lifetimes.refresh_token_days,
        "claims": client.claim_names.words(),
        "secret_days": client.secret_days,
        "secret_expires_at": client.secret_expires_at.map(time),
        "enabled": client.is_enabled(),
        "last_used_at": client.last_used_at.map(time),
        "former_secret_until": client.former_secret.as_ref().map(|former| time(former.until)),
        "removed_at": client.removed_at.map(time),
        "created_at": time(client.created_at),
        "updated_at": time(client.updated_at),
    })
}
