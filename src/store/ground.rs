//! What a token or a consent stands on: person, membership, session and client.

use diesel::{dsl::exists, prelude::*};

use super::{Conn, StoreResult, Tx, clients, memberships, schema, sessions, users};
use crate::domain::{ClientId, ClinicId, SessionId, UnixTime, UserId};

pub struct Ground<'a> {
    pub user: &'a UserId,
    pub clinic: &'a ClinicId,
    pub session: &'a SessionId,
    pub client: &'a ClientId,
}

/// Guard: all of it is good, and stays so until this transaction ends.
pub fn still_holds(tx: &mut Tx<'_>, ground: &Ground<'_>, now: UnixTime) -> StoreResult<bool> {
    let Ground { user, clinic, session, client } = *ground;
    if let Conn::Sqlite(conn) = &mut **tx {
        // The writer is alone, so one read says it all.
        let found: Option<UserId> = users::active(user)
            .filter(exists(memberships::active(user, clinic)))
            .filter(exists(sessions::alive(session, now)))
            .filter(exists(clients::enabled(client)))
            .select(schema::users::id)
            .get_result(conn)
            .optional()?;
        return Ok(found.is_some());
    }
    Ok(users::still_active(tx, user)?
        && memberships::still_active(tx, user, clinic)?
        && sessions::still_alive(tx, session, now)?
        && clients::still_enabled(tx, client)?)
}
