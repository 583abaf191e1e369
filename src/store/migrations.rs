//! Brings the schema up to what this binary knows. Migrations expand first and contract a version later, so that the
//! binary before this one can go on working meanwhile; one that it could not live with moves `meta.compatible_from`.

use diesel::{
    QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    migration::{Migration, MigrationSource},
    sql_query,
    sql_types::BigInt,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, StoreError, StoreResult, Tx, conn::MultiBackend, meta, transaction};
use crate::domain::Fault;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// In `meta`: the oldest schema that a binary must know to work with this one.
const COMPATIBLE_FROM: &str = "compatible_from";

/// What a store has behind it and before it.
pub(super) struct State {
    /// No migration has ever run.
    pub empty: bool,
    /// Names, in order.
    pub pending: Vec<String>,
}

/// Refuses a schema that is newer than this binary and not marked as one that it can work with.
pub(super) fn state(conn: &mut Conn) -> Result<State, Fault> {
    let applied = applied(conn)?;
    let known = known(conn)?;
    let newest_known = known.iter().map(|migration| version(&**migration)).max().unwrap_or_default();
    if let Some(newer) = applied.iter().filter(|version| **version > newest_known).max() {
        let compatible_from = meta::get(conn, COMPATIBLE_FROM)?;
        if compatible_from.is_none_or(|oldest| oldest > newest_known) {
            return Err(Fault::Internal(format!(
                "the database has schema {newer}, this binary knows {newest_known}: use the newer binary"
            )));
        }
    }
    let pending = known.iter().filter(|migration| !applied.contains(&version(&***migration)));
    let pending = pending.map(|migration| migration.name().to_string()).collect();
    Ok(State { empty: applied.is_empty(), pending })
}

/// Runs what is pending, all or nothing, while every other node waits. Gives the names of what it ran.
pub(super) fn run(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    transaction::begin_alone(conn)?;
    let ran = transaction::run(conn, |tx| {
        be_alone(tx)?;
        run_these(tx, |_| true)
    })?;
    transaction::commit(conn)?;
    ran
}

/// Until the transaction ends; on SQLite it is the only one that writes by itself.
pub(super) fn be_alone(tx: &mut Tx<'_>) -> StoreResult<()> {
    if let Conn::Postgres(_) = **tx {
        tx.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;")?;
        tx.batch_execute("SELECT pg_advisory_xact_lock(hashtext('genkan migrations'))")?;
    }
    Ok(())
}

/// Of those that are pending, in order, by their versions. Gives their names.
pub(super) fn run_these(tx: &mut Tx<'_>, wanted: impl Fn(&str) -> bool) -> StoreResult<Vec<String>> {
    let source = source(tx);
    let mut ran = Vec::new();
    for migration in MigrationHarness::pending_migrations(&mut **tx, source).map_err(failed)? {
        if wanted(&version(&*migration)) {
            tx.run_migration(&*migration).map_err(failed)?;
            ran.push(migration.name().to_string());
        }
    }
    Ok(ran)
}

/// The newest of these versions that this binary does not know.
pub(super) fn unknown(conn: &Conn, versions: &[String]) -> StoreResult<Option<String>> {
    let known: Vec<_> = known(conn)?.iter().map(|migration| version(&**migration)).collect();
    Ok(versions.iter().filter(|version| !known.contains(version)).max().cloned())
}

fn source(conn: &Conn) -> EmbeddedMigrations {
    match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    }
}

fn known(conn: &Conn) -> StoreResult<Vec<Box<dyn Migration<MultiBackend>>>> {
    let mut known = MigrationSource::<MultiBackend>::migrations(&source(conn)).map_err(failed)?;
    known.sort_by_key(|migration| version(&**migration));
    Ok(known)
}

fn version(migration: &dyn Migration<MultiBackend>) -> String {
    migration.name().version().to_string()
}

/// Asks without making diesel's own table: looking must not change a store.
pub(super) fn applied(conn: &mut Conn) -> StoreResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let exists = sql_query(match conn {
        Conn::Sqlite(_) => "SELECT count(*) AS count FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
        Conn::Postgres(_) => "SELECT count(to_regclass('__diesel_schema_migrations')) AS count",
    });
    if exists.get_result::<Count>(conn)?.count == 0 {
        return Ok(Vec::new());
    }
    let versions = MigrationHarness::applied_migrations(conn).map_err(failed)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Fault(Fault::internal("migration", error))
}
