//! Everything that a store holds, out of it and into an empty one, on either database and from one to the other.
//!
//! Rows travel as the JSON objects that the databases themselves make and read, so that a table needs no code here to be
//! in a backup: one that a migration adds is in the next one. Both databases keep text, whole numbers, truth and nothing
//! else, which JSON tells apart.

use diesel::{
    QueryableByName, RunQueryDsl,
    connection::{DefaultLoadingMode, SimpleConnection},
    pg::PgRowByRowLoadingMode,
    sql_query,
    sql_types::Text,
};

use super::{Conn, Database, Store, StoreError, StoreResult, Tx, migrations, transaction};
use crate::domain::Fault;

/// What a store is made of, in the order in which it is given and taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The migrations that made its tables.
    Schema(&'a [String]),
    /// The table of the rows that follow.
    Table(&'a str),
    Row(&'a str),
}

/// Rows that are written by one statement.
const AT_ONCE: usize = 200;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Store {
    /// Gives everything as it was at one moment, while others go on writing.
    pub fn copy_out(&self, mut take: impl FnMut(Piece<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        self.with(|conn| {
            transaction::run(conn, |tx| {
                if let Conn::Postgres(_) = **tx {
                    tx.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
                    tx.batch_execute("SET LOCAL statement_timeout = 0")?;
                }
                take(Piece::Schema(&migrations::applied(tx)?))?;
                for table in tables(tx)? {
                    take(Piece::Table(&table))?;
                    rows(tx, &table, |row| take(Piece::Row(row)))?;
                }
                Ok(())
            })?
        })
    }

    /// Makes the tables as the migrations of `schema` make them, has them filled by `fill`, runs the migrations that
    /// came since, and then `settle`: all of it or nothing, into a database that is empty.
    pub fn copy_in<T>(
        &self,
        schema: &[String],
        fill: impl FnOnce(&mut Filling<'_, '_>) -> Result<(), Fault>,
        settle: impl FnOnce(&mut Tx<'_>) -> StoreResult<T>,
    ) -> Result<T, Fault> {
        self.alone(|conn| {
            transaction::begin_alone(conn)?;
            let done = transaction::run(conn, |tx| {
                migrations::be_alone(tx)?;
                if !tables(tx)?.is_empty() {
                    return Err(Fault::Internal("only an empty database is restored into".to_owned()).into());
                }
                if let Conn::Sqlite(_) = **tx {
                    tx.batch_execute("PRAGMA defer_foreign_keys = ON")?;
                }
                migrations::run_these(tx, |version| schema.iter().any(|known| known == version))?;
                let mut filling = Filling { tx, table: None, rows: Vec::new() };
                fill(&mut filling)?;
                filling.write()?;
                migrations::run_these(tx, |_| true)?;
                settle(tx)
            })?;
            transaction::commit(conn)?;
            done
        })
    }

    /// The newest migration that this binary does not know, of those that made a store.
    pub fn unknown_migration(&self, schema: &[String]) -> Result<Option<String>, Fault> {
        self.with(|conn| Ok(migrations::unknown(conn, schema)?))
    }

    /// On a connection that writes, beside the writer.
    fn alone<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Fault>) -> Result<T, Fault> {
        match &*self.0 {
            Database::Sqlite { file, .. } => work(&mut *file.connect_writer()?),
            Database::Postgres(pool) => pool.with(work),
        }
    }
}

/// Tables being filled.
pub struct Filling<'a, 'b> {
    tx: &'a mut Tx<'b>,
    table: Option<String>,
    rows: Vec<String>,
}

impl Filling<'_, '_> {
    /// The rows that follow are this table's. What migrations put into it makes room.
    pub fn table(&mut self, name: &str) -> Result<(), Fault> {
        self.write()?;
        if !tables(self.tx)?.iter().any(|table| table == name) {
            return Err(Fault::Internal(format!("a table {name} that no migration makes")));
        }
        if !is_empty(self.tx, name)? {
            self.tx.batch_execute(&format!("DELETE FROM \"{name}\"")).map_err(StoreError::from)?;
        }
        self.table = Some(name.to_owned());
        Ok(())
    }

    pub fn row(&mut self, row: &str) -> Result<(), Fault> {
        self.rows.push(row.to_owned());
        if self.rows.len() >= AT_ONCE { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), Fault> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let table = self.table.as_deref().ok_or_else(|| Fault::Internal("rows of no table".to_owned()))?;
        let statement = insertion(self.tx, table)?;
        let written = sql_query(statement).bind::<Text, _>(format!("[{}]", rows.join(","))).execute(&mut **self.tx);
        let written = written.map_err(StoreError::from)?;
        match written == rows.len() {
            true => Ok(()),
            false => Err(Fault::Internal(format!("{written} of {} rows of {table} were written", rows.len()))),
        }
    }
}

fn insertion(conn: &mut Conn, table: &str) -> StoreResult<String> {
    Ok(match conn {
        Conn::Sqlite(_) => {
            let columns = columns(conn, table)?;
            let names: Vec<_> = columns.iter().map(|name| format!("\"{name}\"")).collect();
            let values: Vec<_> = columns.iter().map(|name| format!("value ->> '$.\"{name}\"'")).collect();
            format!("INSERT INTO \"{table}\" ({}) SELECT {} FROM json_each(?)", names.join(", "), values.join(", "))
        }
        Conn::Postgres(_) => {
            format!("INSERT INTO \"{table}\" SELECT * FROM json_populate_recordset(NULL::\"{table}\", $1::json)")
        }
    })
}

fn rows(conn: &mut Conn, table: &str, mut take: impl FnMut(&str) -> Result<(), Fault>) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(_) => {
            let members: Vec<_> = columns(conn, table)?.iter().map(|name| format!("'{name}', \"{name}\"")).collect();
            let query = sql_query(format!("SELECT json_object({}) AS line FROM \"{table}\"", members.join(", ")));
            let Conn::Sqlite(conn) = conn else { return Ok(()) };
            for row in query.load_iter::<Line, DefaultLoadingMode>(conn)? {
                take(&row?.line)?;
            }
        }
        Conn::Postgres(conn) => {
            let query = sql_query(format!("SELECT row_to_json(t)::text AS line FROM \"{table}\" t"));
            for row in query.load_iter::<Line, PgRowByRowLoadingMode>(conn)? {
                take(&row?.line)?;
            }
        }
    }
    Ok(())
}

/// Neither the database's own nor diesel's, in the order in which they were made: a table refers to none after it.
fn tables(conn: &mut Conn) -> StoreResult<Vec<String>> {
    let query = sql_query(match conn {
        Conn::Sqlite(_) => {
            "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
             AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY rowid"
        }
        Conn::Postgres(_) => {
            "SELECT relname::text AS line FROM pg_class WHERE relkind = 'r' \
             AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE '\\_\\_%' ORDER BY oid"
        }
    });
    Ok(query.load::<Line>(conn)?.into_iter().map(|line| line.line).collect())
}

fn columns(conn: &mut Conn, table: &str) -> StoreResult<Vec<String>> {
    let query = sql_query("SELECT name AS line FROM pragma_table_info(?)").bind::<Text, _>(table);
    Ok(query.load::<Line>(conn)?.into_iter().map(|line| line.line).collect())
}

fn is_empty(conn: &mut Conn, table: &str) -> StoreResult<bool> {
    let some = sql_query(format!("SELECT 'one' AS line FROM \"{table}\" LIMIT 1")).load::<Line>(conn)?;
    Ok(some.is_empty())
}
