//! A backup that cannot be finished leaves nothing behind, and takes nothing away.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use genkan::flows::backup;

use super::Vault;
use crate::support::{app::TestApp, database::Database};

#[test]
fn one_that_fails_half_way_leaves_the_older_ones_and_no_half() {
    let app = TestApp::start(Database::sqlite());
    let vault = Vault::of(&app);
    vault.back_up(&app);
    let kept = vault.files();
    // Bytes are nothing that a row of ours can hold, so reading them fails when all else is written.
    let broken = "CREATE TABLE broken (bytes BLOB); INSERT INTO broken VALUES (x'00ff')";
    app.store().write(move |tx| Ok(tx.batch_execute(broken)?)).expect("broken");
    app.advance(Duration::from_secs(1));
    let told = backup::make(app.store(), &app.cx().keys, &app.by(), &vault.plan, vault.path());
    assert!(told.is_err(), "{told:?}");
    assert_eq!(vault.files(), kept);
    let last = app.trail().pop().expect("an event");
    assert_eq!((last.kind.as_str(), last.outcome.as_str()), ("backup.failed", "error"));
}
