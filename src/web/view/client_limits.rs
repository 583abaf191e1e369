//! What an application demands of a sign-in, and how long things last, as administrators see it.

use serde::Serialize;

use crate::domain::{Acr, Barrier, Client, Demands, UnixTime};

/// Something that can be demanded of a sign-in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Minimum {
    /// An `acr`; empty: nothing is.
    pub acr: &'static str,
    /// Its text in the catalogue.
    pub word: &'static str,
}

impl Minimum {
    pub fn all() -> Vec<Self> {
        let any = Self { acr: "", word: "any" };
        std::iter::once(any).chain(Demands::MINIMA.into_iter().map(Self::of)).collect()
    }

    pub fn of(acr: Acr) -> Self {
        Self { acr: acr.as_str(), word: Barrier::below(acr).map_or("any", Barrier::as_str) }
    }
}

/// What it demands and how long things last, as far as it says so.
#[derive(Clone, Debug, Serialize)]
pub struct ClientLimits {
    pub min_acr: Option<Minimum>,
    pub temporary: bool,
    pub terminals: Vec<&'static str>,
    pub access_token_minutes: Option<u32>,
    pub id_token_minutes: Option<u32>,
    pub refresh_token_days: Option<u32>,
    /// What it calls claims: ours, theirs.
    pub claims: Vec<(String, String)>,
    pub secret_days: Option<u32>,
    pub secret_expires_at: Option<UnixTime>,
    /// It is over, or will be soon.
    pub secret_ends: bool,
    pub secret_is_over: bool,
    pub last_used_at: Option<UnixTime>,
}

impl ClientLimits {
    pub fn of(client: &Client, now: UnixTime) -> Self {
        Self {
            min_acr: client.demands.min_acr.map(Minimum::of),
            temporary: client.demands.takes_temporary,
            terminals: client.demands.terminals.iter().map(|kind| kind.as_str()).collect(),
            access_token_minutes: client.lifetimes.access_token_minutes,
            id_token_minutes: client.lifetimes.id_token_minutes,
            refresh_token_days: client.lifetimes.refresh_token_days,
            claims: client.claim_names.pairs().map(|(ours, theirs)| (ours.to_owned(), theirs.to_owned())).collect(),
            secret_days: client.secret_days,
            secret_expires_at: client.secret_expires_at,
            secret_ends: client.secret_ends_soon(now).is_some(),
            secret_is_over: client.secret_is_over(now),
            last_used_at: client.last_used_at,
        }
    }
}
