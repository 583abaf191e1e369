//! What ties people to clinics.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Clinic, ClinicId, Membership, Role, UnixTime, User, UserId};

pub fn list_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Vec<(Membership, Clinic)>> {
    todo!()
}

pub fn list_for_clinic(conn: &mut Conn, clinic: &ClinicId) -> StoreResult<Vec<(Membership, User)>> {
    todo!()
}

pub fn find(conn: &mut Conn, user: &UserId, clinic: &ClinicId) -> StoreResult<Option<Membership>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, membership: &Membership) -> StoreResult<()> {
    todo!()
}

pub fn update_roles(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, roles: &[Role]) -> StoreResult<bool> {
    todo!()
}

pub fn suspend(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn resume(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId) -> StoreResult<bool> {
    todo!()
}

pub fn still_active(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId) -> StoreResult<bool> {
    todo!()
}
