//! What Genkan has answered, it has kept: a write is on the disk before its answer leaves. On SQLite the system calls of a
//! real `genkan serve` show it; on PostgreSQL the server is asked for it, whatever its own settings are.

mod clinic;
mod trace;
mod traced;

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use genkan::store::Conn;

use crate::support::{database::Database, databases::migrated};
use clinic::Clinic;
use traced::Traced;

/// Twice: SQLite syncs the first write to a new log even where it is told to leave the others to chance.
#[test]
fn a_sign_in_and_a_code_exchange_are_on_the_disk_before_they_are_answered() {
    let clinic = Clinic::founded();
    let server = Traced::start(&clinic.place);
    for _ in 0..2 {
        clinic.bring_tokens(&server.address);
    }
    let trace = server.stop();
    for path in ["/login/password", "/oauth/token"] {
        assert_eq!(trace::judge(&trace, &format!("POST {path} ")), [Ok(()), Ok(())], "{path}\n{trace}");
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    synchronous_commit: String,
}

#[test]
fn a_commit_on_postgres_is_synchronous_though_the_server_would_not_wait() {
    let database = Database::postgres();
    let (_, name) = database.url().rsplit_once('/').expect("a database");
    let name = name.split('?').next().expect("its name");
    let mut owner = PgConnection::establish(database.url()).expect("a server");
    sql_query(format!("ALTER DATABASE {name} SET synchronous_commit = off")).execute(&mut owner).expect("altered");
    let carefree = PgConnection::establish(database.url()).expect("a connection without our settings");
    assert_eq!(synchronous_commit(&mut Conn::Postgres(carefree)), "off");
    let store = migrated(&database);
    assert_eq!(store.write(|tx| Ok(synchronous_commit(tx))).expect("a write"), "on");
}

fn synchronous_commit(conn: &mut Conn) -> String {
    let setting: Setting = sql_query("SHOW synchronous_commit").get_result(conn).expect("a setting");
    setting.synchronous_commit
}
