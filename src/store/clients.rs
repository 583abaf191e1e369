//! Registered applications.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Client, ClientId};

pub fn find(conn: &mut Conn, id: &ClientId) -> StoreResult<Option<Client>> {
    todo!()
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<Client>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, client: &Client) -> StoreResult<()> {
    todo!()
}

pub fn update(tx: &mut Tx<'_>, client: &Client) -> StoreResult<bool> {
    todo!()
}

pub fn still_enabled(tx: &mut Tx<'_>, id: &ClientId) -> StoreResult<bool> {
    todo!()
}
