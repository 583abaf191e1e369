//! A fresh, empty database for each test, on either engine. `on_both_databases!` writes a test twice, in a module named
//! after its engine, by which `tests/run.sh` counts.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use tempfile::TempDir;

/// Goes with the value that holds it.
pub struct Database {
    url: String,
    home: Home,
}

enum Home {
    Folder(#[expect(dead_code, reason = "held so that the folder lives as long")] TempDir),
    Server { name: String },
}

impl Database {
    pub fn sqlite() -> Self {
        let folder = TempDir::new().expect("a folder for the database");
        Self { url: format!("sqlite:{}", folder.path().join("genkan.db").display()), home: Home::Folder(folder) }
    }

    pub fn postgres() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("genkan_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        run_on_server(&format!("CREATE DATABASE {name}"));
        let url = server().replace("/postgres?", &format!("/{name}?"));
        Self { url, home: Home::Server { name } }
    }

    /// What `Store::open` is given.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Home::Server { name } = &self.home {
            run_on_server(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// The throw-away server, by its database `postgres`.
#[expect(clippy::disallowed_methods, reason = "tests/support/postgres.sh hands its address over this way")]
fn server() -> String {
    std::env::var("GENKAN_TEST_POSTGRES")
        .expect("GENKAN_TEST_POSTGRES names no server: run tests/run.sh, or `tests/support/postgres.sh cargo test`")
}

fn run_on_server(statement: &str) {
    let mut connection = PgConnection::establish(&server()).expect("the test server answers");
    sql_query(statement).execute(&mut connection).expect(statement);
}

/// `on_both_databases! { name, other_name }` makes two tests of each `fn name(database: Database)`.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $name() { super::$name($crate::support::database::Database::sqlite()) })*
        }
        mod on_postgres {
            $(#[test] fn $name() { super::$name($crate::support::database::Database::postgres()) })*
        }
    };
}
pub(crate) use on_both_databases;
