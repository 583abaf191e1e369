//! What is done to a client that is there. Each of them ends in the same write, with the names of what then differs.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Draft, Refusal};
use crate::{
    domain::{Client, FormerSecret, Secret},
    flows::admin::By,
};

#[derive(Clone, Debug)]
pub enum Change {
    /// What the draft names.
    Fields(Box<Draft>),
    /// A new secret; the one before stays good for so long, at most [`Change::LONGEST_KEPT`]. One that is kept already is
    /// the one that the application knows: it stays, in place of the newer one.
    RotateSecret { keep: Duration },
    /// The application knows the new one.
    EndFormerSecret,
    /// Disabled, and gone for good after [`Client::COMES_BACK_FOR`].
    Remove,
    /// As it was before it was removed.
    Restore,
}

impl Change {
    pub const LONGEST_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

    /// With the new secret, where there is one.
    pub(super) fn apply(&self, client: &mut Client, by: &By) -> Result<Option<Secret>, Refusal> {
        if client.removed_at.is_some() && !matches!(self, Self::Restore | Self::Remove) {
            return Err(Refusal::ClientRemoved { id: client.id.to_string() });
        }
        match self {
            Self::Fields(draft) => return fields(draft, client, by),
            Self::RotateSecret { keep } => {
                let Some(hash) = client.secret_hash.take() else { return Err(Refusal::NoSecret) };
                let until = by.now.plus((*keep).min(Self::LONGEST_KEPT));
                let known = client.former_secret.take().filter(|former| by.now < former.until);
                // No longer than it was good for.
                let end = match &known {
                    Some(former) => client.secret_days.map(|_| former.until),
                    None => client.secret_expires_at,
                };
                let until = end.map_or(until, |end| end.min(until));
                let hash = known.map_or(hash, |former| former.hash);
                client.former_secret = (by.now < until).then_some(FormerSecret { hash, until });
                let secret = by.random.secret();
                client.secret_hash = Some(secret.hash());
                client.begin_secret_term(by.now);
                return Ok(Some(secret));
            }
            Self::EndFormerSecret => client.former_secret = None,
            Self::Remove => {
                client.removed_at = client.removed_at.or(Some(by.now));
                client.disabled_at = client.disabled_at.or(Some(by.now));
            }
            Self::Restore => {
                // Disabled before it was removed, it is so still.
                client.disabled_at = client.disabled_at.filter(|at| Some(*at) != client.removed_at);
                client.removed_at = None;
            }
        }
        Ok(None)
    }
}

fn fields(draft: &Draft, client: &mut Client, by: &By) -> Result<Option<Secret>, Refusal> {
    let days_before = client.secret_days;
    draft.apply(client)?;
    let secret = (!client.is_public() && client.secret_hash.is_none()).then(|| by.random.secret());
    if client.is_public() {
        (client.secret_hash, client.former_secret) = (None, None);
    } else if let Some(secret) = &secret {
        client.secret_hash = Some(secret.hash());
    }
    if secret.is_some() || client.is_public() || client.secret_days != days_before {
        client.begin_secret_term(by.now);
    }
    client.disabled_at = match draft.enabled {
        Some(true) => None,
        Some(false) => client.disabled_at.or(Some(by.now)),
        None => client.disabled_at,
    };
    Ok(secret)
}

/// Names as in the JSON of a client.
pub(super) fn changed(before: &Client, after: &Client) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("type", before.kind != after.kind),
        ("token_endpoint_auth_method", before.auth_method != after.auth_method),
        ("client_secret", before.secret_hash != after.secret_hash),
        ("redirect_uris", before.redirect_uris != after.redirect_uris),
        ("post_logout_redirect_uris", before.post_logout_redirect_uris != after.post_logout_redirect_uris),
        ("backchannel_logout_uri", before.backchannel_logout_uri != after.backchannel_logout_uri),
        ("start_uri", before.start_uri != after.start_uri),
        ("scope", before.scopes != after.scopes),
        ("grant_types", before.grants != after.grants),
        ("id_token_signed_response_alg", before.id_token_alg != after.id_token_alg),
        ("pkce", before.pkce_required != after.pkce_required),
        ("first_party", before.first_party != after.first_party),
        ("clinic_id", before.clinic_id != after.clinic_id),
        ("roles", before.roles != after.roles),
        ("min_acr", before.demands.min_acr != after.demands.min_acr),
        ("temporary_access", before.demands.takes_temporary != after.demands.takes_temporary),
        ("terminals", before.demands.terminals != after.demands.terminals),
        ("access_token_minutes", before.lifetimes.access_token_minutes != after.lifetimes.access_token_minutes),
        ("id_token_minutes", before.lifetimes.id_token_minutes != after.lifetimes.id_token_minutes),
        ("refresh_token_days", before.lifetimes.refresh_token_days != after.lifetimes.refresh_token_days),
        ("claims", before.claim_names != after.claim_names),
        ("secret_days", before.secret_days != after.secret_days),
        ("secret_expires_at", before.secret_expires_at != after.secret_expires_at),
        ("former_secret", before.former_secret != after.former_secret),
        ("removed", before.removed_at != after.removed_at),
        ("enabled", before.is_enabled() != after.is_enabled()),
    ];
    fields.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect()
}

/// Whether what then differs is judged by the rules for clients: what ends something is always done.
pub(super) fn is_judged(before: &Client, after: &Client, changed: &[&str]) -> bool {
    const ENDS: [&str; 5] = ["client_secret", "secret_expires_at", "former_secret", "removed", "enabled"];
    let opens = after.is_enabled() && !before.is_enabled();
    opens || changed.iter().any(|name| !ENDS.contains(name))
}

/// Where people and news of them are sent, before and after: whoever looks into the trail must see where that was.
pub(super) fn moved(before: &Client, after: &Client) -> Option<Value> {
    let of = |client: &Client| {
        [
            ("redirect_uris", json!(client.redirect_uris)),
            ("post_logout_redirect_uris", json!(client.post_logout_redirect_uris)),
            ("backchannel_logout_uri", json!(client.backchannel_logout_uri)),
            ("start_uri", json!(client.start_uri)),
        ]
    };
    let moved = of(before).into_iter().zip(of(after)).filter(|(before, after)| before != after);
    let moved: Map<_, _> = moved
        .map(|((name, before), (_, after))| (name.to_owned(), json!({ "before": before, "after": after })))
        .collect();
    (!moved.is_empty()).then_some(Value::Object(moved))
}
