//! What people let applications of other houses have.

use diesel::prelude::*;

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{from_json, to_json},
    conn::{each_backend, guard},
    schema::{clients, consents},
};
use crate::domain::{ClientId, Consent, UnixTime, UserId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
struct Row {
    user_id: UserId,
    client_id: ClientId,
    scopes: String,
    given_at: UnixTime,
}

impl TryFrom<Row> for Consent {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let scopes = from_json(&row.scopes)?;
        Ok(Self { user_id: row.user_id, client_id: row.client_id, scopes, given_at: row.given_at })
    }
}

pub fn find(conn: &mut Conn, user: &UserId, client: &ClientId) -> StoreResult<Option<Consent>> {
    let row = consents::table
        .filter(consents::user_id.eq(user))
        .filter(consents::client_id.eq(client))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?;
    row.map(Consent::try_from).transpose()
}

/// With the names of the applications.
pub fn list_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Vec<(Consent, String)>> {
    let rows: Vec<(Row, String)> = consents::table
        .inner_join(clients::table)
        .filter(consents::user_id.eq(user))
        .select((Row::as_select(), clients::name))
        .load(conn)?;
    rows.into_iter().map(|(consent, name)| Ok((consent.try_into()?, name))).collect()
}

/// The scopes replace those of before; since when there is a consent at all stays.
pub fn save(tx: &mut Tx<'_>, consent: &Consent) -> StoreResult<()> {
    let scopes = to_json(&consent.scopes);
    let row = Row {
        user_id: consent.user_id.clone(),
        client_id: consent.client_id.clone(),
        scopes: scopes.clone(),
        given_at: consent.given_at,
    };
    each_backend!(&mut **tx, |conn| diesel::insert_into(consents::table)
        .values(row)
        .on_conflict((consents::user_id, consents::client_id))
        .do_update()
        .set(consents::scopes.eq(scopes))
        .execute(conn)?);
    Ok(())
}

/// `false` when there was none.
pub fn delete(tx: &mut Tx<'_>, user: &UserId, client: &ClientId) -> StoreResult<bool> {
    let target = consents::table.filter(consents::user_id.eq(user)).filter(consents::client_id.eq(client));
    Ok(diesel::delete(target).execute(&mut **tx)? == 1)
}

/// Guard: there is a consent, and it is not withdrawn before this transaction ends.
pub fn still_given(tx: &mut Tx<'_>, user: &UserId, client: &ClientId) -> StoreResult<bool> {
    guard!(
        tx,
        for_share,
        consents::table
            .filter(consents::user_id.eq(user))
            .filter(consents::client_id.eq(client))
            .select(consents::client_id)
    )
}
