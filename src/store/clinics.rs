//! Clinics and their policies.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Clinic, ClinicId};

pub fn find(conn: &mut Conn, id: &ClinicId) -> StoreResult<Option<Clinic>> {
    todo!()
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<Clinic>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, clinic: &Clinic) -> StoreResult<()> {
    todo!()
}

pub fn update(tx: &mut Tx<'_>, clinic: &Clinic) -> StoreResult<bool> {
    todo!()
}
