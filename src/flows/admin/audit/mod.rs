//! Looking through the trail, and handing it out. Whoever did either is in the trail themselves.

mod line;
mod look;
mod question;
mod take;
mod typed;

use serde_json::Value;

pub use line::line;
pub use look::{Found, Names, Whole, apps, list, look, open};
pub use question::{Answer, Question, Scope};
pub use take::{Exported, FARTHEST, MOST, Piece, next, prepare};
pub use typed::{Filter, Trouble, Typed};

use super::By;
use crate::domain::{AuditKind, Fault};
use crate::store::{Store, audit_events};

const PAGE: i64 = 500;

/// Gives every event to `emit`, oldest first; this export is the last of them. What `emit` answers stops the export: the reader is gone, say.
///
/// The record comes first, so that nothing leaves without it.
pub fn export<E>(store: &Store, by: &By, mut emit: impl FnMut(Value) -> Result<(), E>) -> Result<Result<(), E>, Fault> {
    let event = by.event(AuditKind::AuditExported);
    let last = event.id.clone();
    store.write(move |tx| audit_events::insert(tx, &event))?;
    let mut after: Option<String> = None;
    loop {
        let page = store.read(|conn| audit_events::list(conn, after.as_deref(), PAGE))?;
        for event in &page {
            if let Err(stop) = emit(line(event)) {
                return Ok(Err(stop));
            }
            if event.id == last {
                return Ok(Ok(()));
            }
        }
        match page.last() {
            Some(event) => after = Some(event.id.clone()),
            None => return Ok(Ok(())),
        }
    }
}
