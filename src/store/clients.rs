//! Registered applications (OpenID Connect Core §2, RFC 7591 §2).

use diesel::{dsl, prelude::*};

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{from_json, from_words, to_json, to_words},
    conn::{each_backend, guard},
    schema::clients,
};
use crate::domain::{Client, ClientAuthMethod, ClientId, ClientType, ClinicId, Role, SecretHash, SigningAlg, UnixTime};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: ClientId,
    name: String,
    kind: ClientType,
    auth_method: ClientAuthMethod,
    secret_hash: Option<SecretHash>,
    redirect_uris: String,
    post_logout_redirect_uris: String,
    backchannel_logout_uri: Option<String>,
    start_uri: Option<String>,
    scopes: String,
    grants: String,
    id_token_alg: SigningAlg,
    pkce_required: bool,
    first_party: bool,
    clinic_id: Option<ClinicId>,
    disabled_at: Option<UnixTime>,
    created_at: UnixTime,
    updated_at: UnixTime,
    roles: String,
}

impl From<&Client> for Row {
    fn from(client: &Client) -> Self {
        let client = client.clone();
        Self {
            id: client.id,
            name: client.name,
            kind: client.kind,
            auth_method: client.auth_method,
            secret_hash: client.secret_hash,
            redirect_uris: to_json(&client.redirect_uris),
            post_logout_redirect_uris: to_json(&client.post_logout_redirect_uris),
            backchannel_logout_uri: client.backchannel_logout_uri,
            start_uri: client.start_uri,
            scopes: to_json(&client.scopes),
            grants: to_json(&client.grants),
            id_token_alg: client.id_token_alg,
            pkce_required: client.pkce_required,
            first_party: client.first_party,
            clinic_id: client.clinic_id,
            roles: to_words(&client.roles, Role::as_str),
            disabled_at: client.disabled_at,
            created_at: client.created_at,
            updated_at: client.updated_at,
        }
    }
}

impl TryFrom<Row> for Client {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            kind: row.kind,
            auth_method: row.auth_method,
            secret_hash: row.secret_hash,
            redirect_uris: from_json(&row.redirect_uris)?,
            post_logout_redirect_uris: from_json(&row.post_logout_redirect_uris)?,
            backchannel_logout_uri: row.backchannel_logout_uri,
            start_uri: row.start_uri,
            scopes: from_json(&row.scopes)?,
            grants: from_json(&row.grants)?,
            id_token_alg: row.id_token_alg,
            pkce_required: row.pkce_required,
            first_party: row.first_party,
            clinic_id: row.clinic_id,
            roles: from_words(&row.roles, Role::parse)?,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub fn find(conn: &mut Conn, id: &ClientId) -> StoreResult<Option<Client>> {
    let row = each_backend!(conn, |conn| clients::table
        .filter(clients::id.eq(id))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?);
    row.map(Client::try_from).transpose()
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<Client>> {
    let rows = clients::table.order((clients::name, clients::id)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Client::try_from).collect()
}

pub fn insert(tx: &mut Tx<'_>, client: &Client) -> StoreResult<()> {
    diesel::insert_into(clients::table).values(Row::from(client)).execute(&mut **tx)?;
    Ok(())
}

/// Writes everything but the id; `false` when there is no such client.
pub fn update(tx: &mut Tx<'_>, client: &Client) -> StoreResult<bool> {
    let target = clients::table.filter(clients::id.eq(&client.id));
    Ok(diesel::update(target).set(Row::from(client)).execute(&mut **tx)? == 1)
}

/// Guard: the client is there, and changed by nobody else until this transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: &ClientId) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, clients::table.filter(clients::id.eq(id)).select(clients::id))
}

#[dsl::auto_type(no_type_alias)]
pub(super) fn enabled<'a>(id: &'a ClientId) -> _ {
    clients::table.filter(clients::id.eq(id)).filter(clients::disabled_at.is_null())
}

/// Guard: the client is enabled, and stays so until this transaction ends.
pub fn still_enabled(tx: &mut Tx<'_>, id: &ClientId) -> StoreResult<bool> {
    guard!(tx, for_share, enabled(id).select(clients::id))
}
