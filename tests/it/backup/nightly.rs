//! Backups by the timer: their time, their generations, and what happens when one cannot be made.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use genkan::{jobs, store::meta};

use super::Vault;
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
};

on_both_databases! {
    one_is_made_a_day_and_so_many_stay,
    one_that_cannot_be_made_is_recorded_and_tried_again,
}

const HOUR: Duration = Duration::from_secs(3600);

fn started(database: Database, directory: &std::path::Path) -> TestApp {
    TestApp::start_with(database, |config| {
        config.backup.directory = Some(directory.to_owned());
        config.backup.keep = 3;
    })
}

fn turn_timers(app: &TestApp) {
    jobs::once(app.store(), &app.cx()).expect("no fault");
}

/// The server's own timer may have begun the first one: then it is waited for, and the clock stands still.
fn first_is_made(app: &TestApp, is_there: impl Fn() -> bool) {
    let made = (0..1000).any(|_| {
        // The timer's own work may hold the lease, and what cannot be made is a fault.
        let _ = jobs::once(app.store(), &app.cx());
        std::thread::yield_now();
        is_there()
    });
    assert!(made, "the first one is tried at once");
}

fn one_is_made_a_day_and_so_many_stay(database: Database) {
    let folder = tempfile::tempdir().expect("a directory");
    let app = started(database, folder.path());
    let vault = Vault { plan: app.cx().site.backup.clone(), folder };
    first_is_made(&app, || vault.files().iter().any(|name| name.ends_with(".backup")));
    fs::write(vault.path().join("holiday.jpg"), "not ours").expect("written");
    for day in 1_usize..=4 {
        app.advance(24 * HOUR);
        turn_timers(&app);
        turn_timers(&app);
        let backups: Vec<_> = vault.files().into_iter().filter(|name| name.ends_with(".backup")).collect();
        assert_eq!(backups.len(), 3.min(day + 1), "{backups:?}");
    }
    assert!(vault.path().join("holiday.jpg").exists());
    assert!(vault.files().iter().all(|name| !name.ends_with("unfinished")));
    for name in vault.files().iter().filter(|name| name.ends_with(".backup")) {
        let mode = fs::metadata(vault.path().join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    app.turn_back(HOUR);
    turn_timers(&app);
    assert_eq!(app.trail().iter().filter(|event| event.kind.as_str() == "backup.made").count(), 6, "one more, no less");
    let made_at = app.store().read(|conn| meta::get(conn, "backup_made_at")).expect("read").expect("known");
    assert_eq!(made_at, app.clock().now().millis().to_string());
}

fn one_that_cannot_be_made_is_recorded_and_tried_again(database: Database) {
    let folder = tempfile::tempdir().expect("a directory");
    let missing = folder.path().join("disk");
    let app = started(database, &missing);
    let failed = |app: &TestApp| app.trail().iter().filter(|event| event.kind.as_str() == "backup.failed").count();
    first_is_made(&app, || failed(&app) > 0);
    turn_timers(&app);
    assert_eq!(failed(&app), 1, "not all the time");
    fs::create_dir(&missing).expect("the disk is mounted");
    app.advance(HOUR);
    turn_timers(&app);
    let vault = Vault { plan: app.cx().site.backup.clone(), folder };
    assert_eq!(fs::read_dir(&missing).expect("the directory").count(), 1, "{:?}", vault.plan.directory);
    let why =
        app.trail().into_iter().find(|event| event.kind.as_str() == "backup.failed").and_then(|event| event.detail);
    assert!(why.expect("a detail")["why"].as_str().is_some_and(|why| why.contains("no directory")));
}
