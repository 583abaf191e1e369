//! Two folders of migrations, one schema.

use std::collections::BTreeSet;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use genkan::store::Store;

use crate::support::{database::Database, databases::migrated};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(store: &Store, query: &str) -> BTreeSet<String> {
    let lines = store.read(|conn| Ok(sql_query(query).load::<Line>(conn)?)).expect("the schema");
    lines.into_iter().map(|line| line.line).collect()
}

/// Neither database's own, nor diesel's.
const SQLITE_TABLES: &str = "FROM sqlite_master t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (Database::sqlite(), Database::postgres());
    let on_sqlite = lines(
        &migrated(&sqlite),
        &format!(
            "SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" THEN '' ELSE ' NULL' END AS line
             FROM (SELECT t.name {SQLITE_TABLES}) t, pragma_table_info(t.name) c"
        ),
    );
    let on_postgres = lines(
        &migrated(&postgres),
        "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE ' NULL' END AS line
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%'",
    );
    assert!(on_sqlite.contains("clients.secret_hash NULL") && on_sqlite.len() > 100, "{on_sqlite:?}");
    assert_eq!(on_sqlite, on_postgres);
}

#[test]
fn both_databases_have_the_same_kinds_of_column() {
    let (sqlite, postgres) = (Database::sqlite(), Database::postgres());
    let on_sqlite = lines(
        &migrated(&sqlite),
        &format!(
            "SELECT t.name || '.' || c.name || ' ' || c.type AS line
             FROM (SELECT t.name {SQLITE_TABLES}) t, pragma_table_info(t.name) c"
        ),
    );
    let on_postgres = lines(
        &migrated(&postgres),
        "SELECT table_name || '.' || column_name || ' '
             || CASE data_type WHEN 'text' THEN 'TEXT' WHEN 'bigint' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER'
                WHEN 'boolean' THEN 'INTEGER' ELSE data_type END AS line
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%'",
    );
    assert_eq!(on_sqlite, on_postgres);
}

#[test]
fn both_databases_have_the_same_unique_keys() {
    let (sqlite, postgres) = (Database::sqlite(), Database::postgres());
    let on_sqlite = lines(
        &migrated(&sqlite),
        &format!(
            "SELECT t.name || ' (' || (SELECT group_concat(i.name, ', ') FROM pragma_index_info(k.name) i) || ')' AS line
             FROM (SELECT t.name {SQLITE_TABLES}) t, pragma_index_list(t.name) k WHERE k.\"unique\""
        ),
    );
    let on_postgres = lines(
        &migrated(&postgres),
        "SELECT t.relname || ' (' || string_agg(a.attname, ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)) || ')' AS line
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
         WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE '\\_\\_%'
         GROUP BY t.relname, i.indexrelid",
    );
    assert!(on_sqlite.contains("memberships (user_id, clinic_id)"), "{on_sqlite:?}");
    assert_eq!(on_sqlite, on_postgres);
}

#[test]
fn both_databases_have_the_same_foreign_keys() {
    let (sqlite, postgres) = (Database::sqlite(), Database::postgres());
    let on_sqlite = lines(
        &migrated(&sqlite),
        &format!(
            "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" AS line
             FROM (SELECT t.name {SQLITE_TABLES}) t, pragma_foreign_key_list(t.name) f"
        ),
    );
    let on_postgres = lines(
        &migrated(&postgres),
        "SELECT conrelid::regclass || '.' || a.attname || ' -> ' || confrelid::regclass AS line
         FROM pg_constraint JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = ANY (conkey)
         WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
    );
    assert!(!on_sqlite.is_empty());
    assert_eq!(on_sqlite, on_postgres);
}

#[test]
fn every_table_of_sqlite_is_strict() {
    let database = Database::sqlite();
    let store = migrated(&database);
    let loose = lines(
        &store,
        "SELECT name AS line FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    assert_eq!(loose, BTreeSet::new());
}
