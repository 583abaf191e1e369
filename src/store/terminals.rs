//! The PCs that clinics know: by the hash of a link until it is opened there, then by that of a cookie.

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, schema::terminals};
use crate::domain::{ClinicId, RequestInfo, SecretHash, Seen, Terminal, TerminalId, TerminalKind, UnixTime};

/// All but the secrets' hashes, which nobody needs back.
#[derive(Queryable, Selectable)]
#[diesel(table_name = terminals)]
struct Row {
    id: TerminalId,
    clinic_id: ClinicId,
    kind: TerminalKind,
    name: String,
    created_at: UnixTime,
    registered_at: Option<UnixTime>,
    registered_ip: Option<String>,
    registered_user_agent: Option<String>,
    last_seen_at: Option<UnixTime>,
    last_seen_ip: Option<String>,
    last_seen_user_agent: Option<String>,
    revoked_at: Option<UnixTime>,
}

impl From<Row> for Terminal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            clinic_id: row.clinic_id,
            kind: row.kind,
            name: row.name,
            created_at: row.created_at,
            registered: seen(row.registered_at, row.registered_ip, row.registered_user_agent),
            last_seen: seen(row.last_seen_at, row.last_seen_ip, row.last_seen_user_agent),
            revoked_at: row.revoked_at,
        }
    }
}

fn seen(at: Option<UnixTime>, ip: Option<String>, user_agent: Option<String>) -> Option<Seen> {
    Some(Seen { at: at?, ip: ip.unwrap_or_default(), user_agent: user_agent.unwrap_or_default() })
}

pub fn find(conn: &mut Conn, id: &TerminalId) -> StoreResult<Option<Terminal>> {
    let row = terminals::table.filter(terminals::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Terminal::from))
}

/// Whatever its state: the caller judges it.
pub fn find_by_link(conn: &mut Conn, link: &SecretHash) -> StoreResult<Option<Terminal>> {
    let same = terminals::table.filter(terminals::link_hash.eq(link));
    Ok(same.select(Row::as_select()).get_result(conn).optional()?.map(Terminal::from))
}

/// One that is not revoked.
pub fn find_by_secret(conn: &mut Conn, secret: &SecretHash) -> StoreResult<Option<Terminal>> {
    let same = terminals::table.filter(terminals::secret_hash.eq(secret)).filter(terminals::revoked_at.is_null());
    Ok(same.select(Row::as_select()).get_result(conn).optional()?.map(Terminal::from))
}

/// Those of one clinic, or of all; revoked ones too.
pub fn list(conn: &mut Conn, clinic: Option<&ClinicId>) -> StoreResult<Vec<Terminal>> {
    let all = terminals::table.order((terminals::name, terminals::id)).select(Row::as_select());
    let rows: Vec<Row> = match clinic {
        Some(clinic) => all.filter(terminals::clinic_id.eq(clinic)).load(conn)?,
        None => all.load(conn)?,
    };
    Ok(rows.into_iter().map(Terminal::from).collect())
}

/// Which of a clinic's terminals.
pub struct Page<'a> {
    pub clinic: &'a ClinicId,
    /// Registered, or offered since then.
    pub offered_since: UnixTime,
    /// Those after this one.
    pub after: Option<&'a TerminalId>,
    pub limit: i64,
}

/// By name; without revoked ones.
pub fn list_page(conn: &mut Conn, page: &Page<'_>) -> StoreResult<Vec<Terminal>> {
    let own = terminals::table.filter(terminals::clinic_id.eq(page.clinic));
    let last: Option<(String, TerminalId)> = match page.after {
        Some(id) => {
            own.filter(terminals::id.eq(id)).select((terminals::name, terminals::id)).get_result(conn).optional()?
        }
        None => None,
    };
    // No name is empty.
    let (name, id) = last.unwrap_or_else(|| (String::new(), TerminalId::new("")));
    let rows: Vec<Row> = own
        .filter(terminals::name.ge(&name))
        .filter(terminals::name.gt(&name).or(terminals::id.gt(&id)))
        .filter(terminals::revoked_at.is_null())
        .filter(terminals::registered_at.is_not_null().or(terminals::created_at.gt(page.offered_since)))
        .order((terminals::name, terminals::id))
        .limit(page.limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Terminal::from).collect())
}

pub fn insert(tx: &mut Tx<'_>, terminal: &Terminal, link: &SecretHash) -> StoreResult<()> {
    let Terminal { id, clinic_id, kind, name, created_at, .. } = terminal;
    diesel::insert_into(terminals::table)
        .values((
            terminals::id.eq(id),
            terminals::clinic_id.eq(clinic_id),
            terminals::kind.eq(kind),
            terminals::name.eq(name),
            terminals::created_at.eq(created_at),
            terminals::link_hash.eq(link),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Spends the link and gives the PC its cookie; `false` when it was opened before, revoked, or is too old.
pub fn register(
    tx: &mut Tx<'_>,
    id: &TerminalId,
    secret: &SecretHash,
    from: &RequestInfo,
    now: UnixTime,
) -> StoreResult<bool> {
    let changed = diesel::update(terminals::table.filter(terminals::id.eq(id)))
        .filter(terminals::registered_at.is_null())
        .filter(terminals::revoked_at.is_null())
        .filter(terminals::created_at.gt(now.minus(Terminal::LINK_LIFETIME)))
        .set((
            terminals::secret_hash.eq(secret),
            terminals::registered_at.eq(now),
            terminals::registered_ip.eq(&from.ip),
            terminals::registered_user_agent.eq(&from.user_agent),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Guard and step in one: somebody signs in there. The terminal stays what it is until this transaction ends; `None` for a
/// cookie that is no living one.
pub fn sign_in_at(
    tx: &mut Tx<'_>,
    secret: &SecretHash,
    from: &RequestInfo,
    now: UnixTime,
) -> StoreResult<Option<(TerminalId, ClinicId, TerminalKind)>> {
    let target = terminals::table.filter(terminals::secret_hash.eq(secret)).filter(terminals::revoked_at.is_null());
    Ok(diesel::update(target)
        .set((
            terminals::last_seen_at.eq(now),
            terminals::last_seen_ip.eq(&from.ip),
            terminals::last_seen_user_agent.eq(&from.user_agent),
        ))
        .returning((terminals::id, terminals::clinic_id, terminals::kind))
        .get_result(&mut **tx)
        .optional()?)
}

/// `false` when it is revoked.
pub fn update(tx: &mut Tx<'_>, id: &TerminalId, name: &str, kind: TerminalKind) -> StoreResult<bool> {
    let changed = diesel::update(terminals::table.filter(terminals::id.eq(id)))
        .filter(terminals::revoked_at.is_null())
        .set((terminals::name.eq(name), terminals::kind.eq(kind)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// `false` when it was revoked already.
pub fn revoke(tx: &mut Tx<'_>, id: &TerminalId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(terminals::table.filter(terminals::id.eq(id)))
        .filter(terminals::revoked_at.is_null())
        .set(terminals::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}
