//! Takes away what has served its time.

use super::{Conn, StoreResult, Tx};
use crate::domain::UnixTime;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub spent: usize,
    pub password_attempts: usize,
}

pub fn sweep(tx: &mut Tx<'_>, now: UnixTime) -> StoreResult<Swept> {
    todo!()
}
