//! The house that is asked about, made by SQLite itself: ten million events want no statement each.

use std::{path::Path, time::Duration};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use genkan::{
    domain::{Authentication, ClinicChoice, Custody, Secret, Session, SessionId, SessionKind, TerminalKind, UnixTime},
    random::Random,
    store,
};

use crate::{Result, seed};

/// Of one transaction.
const PIECE: u64 = 1_000_000;
const DAY: Duration = Duration::from_secs(86_400);
const YEAR_MS: u64 = 365 * 86_400_000;

/// Somebody who asks, already signed in.
pub struct Asker {
    pub name: &'static str,
    /// What their browser holds.
    pub secret: Secret,
    /// As `people.sql` numbers the staff.
    number: u32,
}

pub struct House {
    pub great: Asker,
    pub small: Asker,
    pub system: Asker,
    pub ends: UnixTime,
}

/// Nothing may be lost while a store is being made that can be made again.
const FAST: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;";
const AS_SERVED: &str = "PRAGMA journal_mode = WAL;";

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

pub fn house(folder: &Path, port: u16, events: u64) -> Result<House> {
    let file = folder.join("genkan.db");
    seed::seed(folder, port, &format!("sqlite:{}", file.display()), 1)?;
    let ends = seed::now();
    open_session(folder, ends)?;
    let asker = |name, number| Asker { name, number, secret: Random.secret() };
    let house = House {
        great: asker("an administrator of 60,000", 1),
        small: asker("an administrator of 50", 60_000),
        system: asker("a system administrator", 0),
        ends,
    };
    let mut conn = SqliteConnection::establish(&file.display().to_string())?;
    conn.batch_execute(FAST)?;
    let now = ends.millis().to_string();
    conn.batch_execute(&include_str!("people.sql").replace("{now}", &now))?;
    for Asker { number, secret, .. } in [&house.great, &house.small, &house.system] {
        let hash = secret.hash();
        let hash = hash.as_str();
        conn.batch_execute(&format!(
            "UPDATE sessions SET secret_hash = '{hash}' WHERE user_id = printf('00000000-0000-7000-8001-%012x', {number})"
        ))?;
    }
    let indexes: Vec<Index> = sql_query(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'audit_events' AND type = 'index' AND sql IS NOT NULL",
    )
    .load(&mut conn)?;
    for Index { name, .. } in &indexes {
        conn.batch_execute(&format!("DROP INDEX {name}"))?;
    }
    for from in (0..events).step_by(usize::try_from(PIECE)?) {
        let statement = include_str!("events.sql")
            .replace("{from}", &from.to_string())
            .replace("{to}", &events.min(from + PIECE).to_string())
            .replace("{all}", &events.to_string())
            .replace("{apart}", &(YEAR_MS / events).to_string())
            .replace("{now}", &now);
        conn.batch_execute(&statement)?;
    }
    for Index { sql, .. } in &indexes {
        conn.batch_execute(sql)?;
    }
    conn.batch_execute(AS_SERVED)?;
    Ok(house)
}

/// One of whom `seed` hired, for others to be copied from.
fn open_session(folder: &Path, now: UnixTime) -> Result<()> {
    let store = seed::open(folder)?;
    let user = store.read(store::users::list)?.remove(0);
    let (membership, clinic) = store.read(|conn| store::memberships::list_for_user(conn, &user.id))?.remove(0);
    let session = Session {
        id: SessionId::new(Random.id(now)),
        user_id: membership.user_id,
        clinic_id: clinic.id,
        kind: SessionKind::Ordinary,
        authentication: Authentication::by_passkey(Custody::Device, now),
        authenticated_for: None,
        passkey_id: None,
        created_at: now,
        last_seen_at: now,
        idle_limit: DAY,
        expires_at: now.plus(DAY),
        ended_at: None,
        ip: "192.0.2.1".to_owned(),
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36".to_owned(),
        terminal_kind: TerminalKind::Personal,
        terminal_id: None,
        confirmed_at: None,
        clinic_choice: ClinicChoice::Only,
    };
    Ok(store.write(move |tx| store::sessions::insert(tx, &session, &Random.secret().hash()))?)
}

/// The ids by which a list turns its pages: of the last entry before its middle, and before its last page; `None` where it has no
/// second page. `from` names table and condition, `order` the list's own.
pub fn turns(folder: &Path, (id, from, order): (&str, &str, &str)) -> Result<[Option<String>; 2]> {
    const PAGE: usize = 50;
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let mut conn = SqliteConnection::establish(&folder.join("genkan.db").display().to_string())?;
    let all: Vec<Found> = sql_query(format!("SELECT {id} AS id FROM {from} ORDER BY {order}")).load(&mut conn)?;
    let before = |entry: usize| all.get(entry.checked_sub(1)?).map(|found| found.id.clone());
    if all.len() <= PAGE {
        return Ok([None, None]);
    }
    Ok([before(all.len() / 2), before(all.len() - PAGE)])
}
