//! Handing the trail out. An export is itself in the trail, and is the last event that it carries.

use serde_json::Value;

use super::By;
use super::audit_line::audit_line;
use crate::domain::{AuditKind, Fault};
use crate::store::{Store, audit_events};

const PAGE: i64 = 500;

/// Gives every event to `emit`, oldest first. What `emit` answers stops the export: the reader is gone, say.
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
            if let Err(stop) = emit(audit_line(event)) {
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
