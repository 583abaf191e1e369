//! Backups and what comes back from them. What a whole person notices is in `returns`; the command line's part in
//! `cli::backup`.

mod contents;
mod files;
mod nightly;
mod returns;

use std::path::{Path, PathBuf};

use genkan::{
    flows::backup::{self, Plan, Restored},
    keys::Keys,
    store::Store,
};
use tempfile::TempDir;

use crate::support::app::TestApp;

/// A directory for backups, and what makes them there.
struct Vault {
    folder: TempDir,
    plan: Plan,
}

impl Vault {
    fn of(app: &TestApp) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let plan = Plan { directory: Some(folder.path().to_owned()), ..app.cx().site.backup.clone() };
        Self { folder, plan }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn back_up(&self, app: &TestApp) -> PathBuf {
        let made = backup::make(app.store(), &app.cx().keys, &app.by(), &self.plan, self.path());
        made.expect("a backup").file
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).expect("the directory");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
        names.sort();
        names
    }
}

fn restore(app: &TestApp, store: &Store, file: &Path, keys: &Keys) -> Restored {
    backup::restore(store, file, keys, &app.by()).expect("no fault").expect("restored")
}
