//! Registered applications (OpenID Connect Core §2, RFC 7591 §2).

use diesel::{dsl, prelude::*};

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{containing, from_json, from_words, to_json, to_words},
    conn::{each_backend, guard},
    schema::clients,
};
use crate::domain::{
    Acr, Client, ClientAuthMethod, ClientId, ClientType, ClinicId, Demands, FormerSecret, Role, SecretHash, SigningAlg,
    TerminalKind, UnixTime,
};

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
    former_secret_hash: Option<SecretHash>,
    former_secret_until: Option<UnixTime>,
    removed_at: Option<UnixTime>,
    name_key: String,
    min_acr: Option<Acr>,
    takes_temporary: bool,
    terminals: String,
    lifetimes: String,
    secret_days: Option<i64>,
    secret_expires_at: Option<UnixTime>,
    last_used_at: Option<UnixTime>,
    claim_names: String,
}

impl From<&Client> for Row {
    fn from(client: &Client) -> Self {
        let client = client.clone();
        let (former_secret_hash, former_secret_until) =
            client.former_secret.clone().map(|former| (former.hash, former.until)).unzip();
        Self {
            name_key: client.name_key(),
            former_secret_hash,
            former_secret_until,
            removed_at: client.removed_at,
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
            min_acr: client.demands.min_acr,
            takes_temporary: client.demands.takes_temporary,
            terminals: to_words(&client.demands.terminals, TerminalKind::as_str),
            lifetimes: to_json(&client.lifetimes),
            secret_days: client.secret_days.map(i64::from),
            secret_expires_at: client.secret_expires_at,
            last_used_at: client.last_used_at,
            claim_names: to_json(&client.claim_names),
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
            former_secret: row
                .former_secret_hash
                .zip(row.former_secret_until)
                .map(|(hash, until)| FormerSecret { hash, until }),
            removed_at: row.removed_at,
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
            demands: Demands {
                min_acr: row.min_acr,
                takes_temporary: row.takes_temporary,
                terminals: from_words(&row.terminals, TerminalKind::parse)?,
            },
            lifetimes: from_json(&row.lifetimes)?,
            secret_days: row.secret_days.and_then(|days| u32::try_from(days).ok()),
            secret_expires_at: row.secret_expires_at,
            last_used_at: row.last_used_at,
            claim_names: from_json(&row.claim_names)?,
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

/// Which clients, and how many of them.
pub struct Page<'a> {
    /// Of this clinic or of all; `None`: every one.
    pub clinic: Option<&'a ClinicId>,
    /// Part of a [`Client::name_key`]; empty: whatever its name.
    pub named: &'a str,
    /// Without those that were removed before.
    pub removed_since: UnixTime,
    /// Those after this one.
    pub after: Option<&'a ClientId>,
    pub limit: i64,
}

/// Ordered by [`Client::name_key`].
pub fn list_page(conn: &mut Conn, page: &Page<'_>) -> StoreResult<Vec<Client>> {
    let last = match page.after {
        Some(id) => clients::table
            .filter(clients::id.eq(id))
            .select((clients::name_key, clients::id))
            .get_result(conn)
            .optional()?,
        None => None,
    };
    // No key is empty.
    let (key, id) = last.unwrap_or_else(|| (String::new(), ClientId::new("")));
    let rows = each_backend!(conn, |conn| {
        let mut query = clients::table
            .filter(clients::name_key.like(containing(page.named)).escape('\\'))
            .filter(clients::name_key.ge(&key))
            .filter(clients::name_key.gt(&key).or(clients::id.gt(&id)))
            .filter(clients::removed_at.is_null().or(clients::removed_at.gt(page.removed_since)))
            .order((clients::name_key, clients::id))
            .limit(page.limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(clinic) = page.clinic {
            query = query.filter(clients::clinic_id.is_null().or(clients::clinic_id.eq(clinic)));
        }
        query.load(conn)?
    });
    rows.into_iter().map(Client::try_from).collect()
}

/// Names of those that are on and registered for this scope, and enter which people of the clinic may.
pub fn list_told(conn: &mut Conn, clinic: &ClinicId, scope: &str) -> StoreResult<Vec<String>> {
    Ok(clients::table
        .filter(clients::clinic_id.is_null().or(clients::clinic_id.eq(clinic)))
        .filter(clients::disabled_at.is_null())
        .filter(clients::scopes.like(containing(&format!("\"{scope}\""))).escape('\\'))
        .order((clients::name_key, clients::id))
        .select(clients::name)
        .load(conn)?)
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

/// It was used now, if that is [`Client::USED_EVERY`] after it last was said. First of what a transaction does with the row:
/// whoever held it in share already would wait for another who does.
pub fn touch(tx: &mut Tx<'_>, id: &ClientId, now: UnixTime) -> StoreResult<()> {
    let long_ago = now.minus(Client::USED_EVERY);
    diesel::update(clients::table.filter(clients::id.eq(id)))
        .filter(clients::last_used_at.is_null().or(clients::last_used_at.le(long_ago)))
        .set(clients::last_used_at.eq(now))
        .execute(&mut **tx)?;
    Ok(())
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
