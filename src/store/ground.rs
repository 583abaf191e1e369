//! What a session stands on, and what a token or a consent does: person and membership, and session and client, and a role
//! where the application asks for one, and whatever else it demands. That costs a read more each; all others do without.
//!
//! On SQLite the writer is alone, so one question says it all; on PostgreSQL each row is locked in turn.

use diesel::{dsl::exists, prelude::*};

use super::{Conn, StoreResult, Tx, clients, memberships, schema, sessions, users};
use crate::domain::{ClientId, ClinicId, Demands, Role, SessionId, SignedIn, UnixTime, UserId};

/// Guard: the person is active and works for the clinic, and does so until this transaction ends.
pub fn still_admitted(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, now: UnixTime) -> StoreResult<bool> {
    if let Conn::Sqlite(conn) = &mut **tx {
        let admitted = users::active(user).filter(exists(memberships::active(user, clinic, now)));
        let found: Option<UserId> = admitted.select(schema::users::id).get_result(conn).optional()?;
        return Ok(found.is_some());
    }
    Ok(users::still_active(tx, user)? && memberships::still_active(tx, user, clinic, now)?)
}

/// Guard: the person is active and this session of theirs goes on, and so it stays until this transaction ends.
pub fn still_signed_in(tx: &mut Tx<'_>, who: &SignedIn, now: UnixTime) -> StoreResult<bool> {
    Ok(users::still_active(tx, &who.user.id)? && sessions::still_alive(tx, &who.session.id, now)?)
}

pub struct Ground<'a> {
    pub user: &'a UserId,
    pub clinic: &'a ClinicId,
    pub session: &'a SessionId,
    pub client: &'a ClientId,
    /// Of which one is needed; empty: none.
    pub roles: &'a [Role],
    /// Of the sign-in, and where it was.
    pub demands: &'a Demands,
}

/// Guard: all of it is good, and stays so until this transaction ends.
pub fn still_holds(tx: &mut Tx<'_>, ground: &Ground<'_>, now: UnixTime) -> StoreResult<bool> {
    let Ground { user, clinic, session, client, roles, demands } = *ground;
    if let Conn::Sqlite(conn) = &mut **tx {
        let found: Option<UserId> = users::active(user)
            .filter(exists(memberships::active(user, clinic, now)))
            .filter(exists(sessions::alive(session, now)))
            .filter(exists(clients::enabled(client)))
            .select(schema::users::id)
            .get_result(conn)
            .optional()?;
        return Ok(found.is_some()
            && memberships::still_has_one_of(tx, user, clinic, roles)?
            && sessions::still_meets(tx, session, demands)?);
    }
    Ok(still_admitted(tx, user, clinic, now)?
        && sessions::still_alive(tx, session, now)?
        && clients::still_enabled(tx, client)?
        && memberships::still_has_one_of(tx, user, clinic, roles)?
        && sessions::still_meets(tx, session, demands)?)
}
