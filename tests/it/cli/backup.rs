//! `genkan backup` and `genkan restore`: the day when the machine has burned, by the file and the recovery sheet alone.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::Place;
use super::place::{ADMIN, Ended, text};
use crate::support::database::{Database, on_both_databases};

on_both_databases! { an_installation_comes_back_by_its_backup_and_its_recovery_sheet }

/// An empty machine, and what it is given.
struct Ruin {
    folder: TempDir,
    /// Of PostgreSQL; SQLite lies where the configuration says.
    store: Option<Database>,
}

impl Ruin {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), store: None }
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("genkan")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.to().join(name)
    }

    fn run(&self, place: &Place, args: &[&str], typed: &str) -> Ended {
        // An empty one names none.
        let url = self.store.as_ref().map_or("", Database::url);
        place.run_typing(args, &[("GENKAN_STORE_URL", url)], typed)
    }

    fn restore(&self, place: &Place, file: &str, typed: &str) -> Ended {
        let to = self.to();
        self.run(place, &["restore", file, "--to", to.to_str().expect("a plain path"), "--json"], typed)
    }
}

fn backed_up(place: &Place) -> String {
    fs::create_dir_all(place.file("vault")).expect("a directory");
    text(&place.json(&["backup", "--to", "vault"])["file"])
}

fn key(place: &Place) -> String {
    fs::read_to_string(place.file("genkan.key")).expect("the key")
}

fn an_installation_comes_back_by_its_backup_and_its_recovery_sheet(database: Database) {
    let on_postgres = database.url().starts_with("postgres");
    let place = Place::begun_on(database);
    place.write("genkan.toml", "[server]\nissuer = \"http://localhost:8080\"\n# ours\n");
    let client = place.json(&["client", "add", "--name", "予約", "--redirect-uri", "https://app.example/callback"]);
    let file = backed_up(&place);
    assert_eq!(place.count("backup.made"), 1);

    let ruin = Ruin { store: on_postgres.then(Database::postgres), ..Ruin::new() };
    let sheet = key(&place).replace('-', " ").to_uppercase();
    let ended = ruin.restore(&place, &file, &sheet);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("recovery sheet"), "it was asked for");
    let restored: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(restored["users_changed"], serde_json::json!([ADMIN]));
    assert_eq!(restored["clients_changed"], serde_json::json!([client["client_id"]]));
    assert_eq!(restored["invitations_revoked"], 1);
    assert!(fs::read_to_string(ruin.file("genkan.toml")).expect("the configuration").contains("# ours"));
    assert_eq!(fs::metadata(ruin.file("genkan.key")).expect("the key").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(ruin.to()).expect("the folder").permissions().mode() & 0o777, 0o700);

    let config = ruin.file("genkan.toml");
    let config = config.to_str().expect("a plain path");
    let people = ruin.run(&place, &["user", "list", "--json", "--config", config], "").json();
    assert_eq!(people[0]["email"], ADMIN);
    ruin.run(&place, &["check", "--config", config], "").done();
    let again = ruin.restore(&place, &file, &sheet);
    assert!(again.err.contains("nothing is overwritten"), "{}", again.err);
}

#[test]
fn a_backup_that_is_cut_short_altered_or_of_another_key_restores_nothing() {
    let place = Place::begun();
    let (file, key) = (backed_up(&place), key(&place));
    let whole = fs::read(&file).expect("the backup");
    let middle = whole.len() / 2;
    let altered = |at: usize| [&whole[..at], &[whole[at] ^ 1], &whole[at + 1..]].concat();
    let other = "ab".repeat(32);
    for (what, bytes, typed, why) in [
        ("cut short", whole[..middle].to_vec(), key.as_str(), "cut short or altered"),
        ("without its end", whole[..whole.len() - 1].to_vec(), &key, "cut short or altered"),
        ("only begun", whole[..20].to_vec(), &key, "cut short or altered"),
        ("altered", altered(middle), &key, "cut short or altered"),
        ("its last byte altered", altered(whole.len() - 1), &key, "cut short or altered"),
        ("newer", [b"genkan-backup 2\n", &whole[16..]].concat(), &key, "newer Genkan"),
        ("something else", b"SQLite format 3\0".to_vec(), &key, "no backup"),
        ("another key", whole.clone(), &other, "recovery sheet that was valid"),
        ("a mistyped key", whole.clone(), "not a key", "64 hexadecimal digits"),
    ] {
        let ruin = Ruin::new();
        place.write("bad.backup", "");
        fs::write(place.file("bad.backup"), bytes).expect("written");
        let ended = ruin.restore(&place, "bad.backup", typed);
        assert!(ended.code == Some(1) && ended.out.is_empty() && ended.err.contains(why), "{what}: {}", ended.err);
        assert!(!ruin.to().exists(), "{what}: something was written");
    }
}

#[test]
fn a_restore_that_finds_a_part_of_its_place_taken_leaves_the_rest_as_it_was() {
    let place = Place::begun();
    let (file, key) = (backed_up(&place), key(&place));
    for taken in ["genkan.toml", "genkan.key", "genkan.db"] {
        let ruin = Ruin::new();
        fs::create_dir(ruin.to()).expect("a folder");
        fs::write(ruin.file(taken), "somebody's").expect("written");
        let ended = ruin.restore(&place, &file, &key);
        assert!(ended.code == Some(1) && ended.err.contains("nothing is overwritten"), "{}", ended.err);
        assert_eq!(fs::read_dir(ruin.to()).expect("the folder").count(), 1, "{taken}");
        assert_eq!(fs::read_to_string(ruin.file(taken)).expect("untouched"), "somebody's");
    }
}

#[test]
fn backups_are_asked_for_and_rehearsed_until_check_is_content() {
    let place = Place::begun();
    let backups = |place: &Place| {
        let checked = place.json(&["check"]);
        let findings = checked["findings"].as_array().expect("a list");
        let said = findings.iter().find(|finding| finding["what"] == "backup").expect("a finding about backups");
        (said["doubtful"].as_bool().expect("a truth"), text(&said["found"]))
    };
    assert!(backups(&place).1.contains("[backup] directory"));
    assert!(place.run(&["backup"]).refused().contains("--to DIR"));
    place.write("genkan.toml", "[backup]\ndirectory = \"vault\"\n");
    fs::create_dir(place.file("vault")).expect("a directory");
    assert!(backups(&place).1.contains("none was made yet"));
    let file = text(&place.json(&["backup"])["file"]);
    let (is_doubtful, said) = backups(&place);
    assert!(is_doubtful && said.contains("--rehearse"), "{said}");
    fs::write(place.file("bad.backup"), b"no backup").expect("written");
    place.run(&["restore", "bad.backup", "--rehearse"]).refused();
    assert!(backups(&place).0, "a rehearsal that failed is none");
    assert!(place.run(&["restore", &file, "--rehearse"]).done().contains("It comes back"));
    assert!(!backups(&place).0, "{:?}", backups(&place));
    assert_eq!(place.count("backup.rehearsed"), 1);
    assert_eq!(place.json(&["user", "list"]).as_array().map(Vec::len), Some(1), "the store itself is as it was");
}

#[test]
fn a_store_is_backed_up_before_it_is_migrated() {
    let place = Place::begun();
    place.write("genkan.toml", "[backup]\ndirectory = \"vault\"\n");
    fs::create_dir(place.file("vault")).expect("a directory");
    assert!(place.run(&["migrate"]).done().contains("up to date"));
    assert_eq!(fs::read_dir(place.file("vault")).expect("it").count(), 0, "nothing to run, nothing to keep");
    let store = place.store();
    let behind = "DROP TABLE leases; DELETE FROM __diesel_schema_migrations WHERE version = '0005'";
    store
        .write(move |tx| Ok(diesel::connection::SimpleConnection::batch_execute(&mut **tx, behind)?))
        .expect("as it was before");
    place.json(&["migrate"]);
    assert_eq!(fs::read_dir(place.file("vault")).expect("it").count(), 1);
}
