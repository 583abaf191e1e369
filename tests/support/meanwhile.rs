//! Something else happens between what was read and what is written: on PostgreSQL, whose writers do not wait for each
//! other before they meet at a row.

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};

/// Acts while somebody else's transaction has run `statement` and not committed: what is read is as before, and the write
/// waits until it is not.
pub fn meanwhile<T: Send>(url: &str, statement: &str, act: impl FnOnce() -> T + Send) -> T {
    let mut other = PgConnection::establish(url).expect("the server answers");
    let mut watch = PgConnection::establish(url).expect("the server answers");
    other.batch_execute(&format!("BEGIN; {statement}")).expect("the row is free");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(act);
        while waiters(&mut watch) == 0 && !waiting.is_finished() {
            std::thread::yield_now();
        }
        other.batch_execute("COMMIT").expect("it has happened");
        waiting.join().expect("an answer")
    })
}

fn waiters(watch: &mut PgConnection) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sql_query(waiting).get_result::<Count>(watch).expect("an answer").count
}
