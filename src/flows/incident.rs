//! A request that ended in a fault of ours.

use serde_json::json;

use super::Cx;
use crate::{
    domain::{Actor, AuditKind, Fault, Outcome, SignedIn},
    store::{self, Store},
};

/// `number`: what the screen showed; `who`: whose session it was, if there was one; `route`: without what its path held.
pub fn record(
    store: &Store,
    cx: &Cx,
    who: Option<&SignedIn>,
    number: &str,
    method: &str,
    route: &str,
) -> Result<(), Fault> {
    let (kind, outcome) = (AuditKind::RequestFailed, Outcome::Error);
    let event = match who {
        Some(who) => cx.event_in(kind, outcome, who),
        None => cx.event(kind, outcome, Actor::Nobody),
    };
    let mut event = event.detail(json!({ "method": method, "route": route }));
    event.incident = Some(number.to_owned());
    store.write(move |tx| store::audit_events::insert(tx, &event))
}
