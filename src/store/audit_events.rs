//! The audit trail.

use super::{Conn, StoreResult, Tx};
use crate::domain::AuditEvent;

pub fn insert(tx: &mut Tx<'_>, event: &AuditEvent) -> StoreResult<()> {
    todo!()
}

pub fn list(conn: &mut Conn, after_id: Option<&str>, limit: i64) -> StoreResult<Vec<AuditEvent>> {
    todo!()
}
