//! The databases that tests are given are there, empty and durable in the way that real ones are.

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};

use crate::support::database::{Database, on_both_databases};

on_both_databases! { a_table_of_one_test_is_not_there_for_the_next, and_the_next_may_make_it_again }

fn a_table_of_one_test_is_not_there_for_the_next(database: Database) {
    make_a_table(&database);
}

fn and_the_next_may_make_it_again(database: Database) {
    make_a_table(&database);
}

fn make_a_table(database: &Database) {
    let statement = sql_query("CREATE TABLE only_here (n INTEGER)");
    match database.url().strip_prefix("sqlite:") {
        Some(path) => statement.execute(&mut SqliteConnection::establish(path).expect("a file")),
        None => statement.execute(&mut PgConnection::establish(database.url()).expect("a server")),
    }
    .expect("an empty database takes a new table");
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    synchronous_commit: String,
}

#[test]
fn the_throw_away_server_commits_on_postgres_as_a_real_one_does() {
    let database = Database::postgres();
    let mut connection = PgConnection::establish(database.url()).expect("a server");
    let setting: Setting = sql_query("SHOW synchronous_commit").get_result(&mut connection).expect("an answer");
    assert_eq!(setting.synchronous_commit, "on");
}
