//! The files of a directory of backups: their names, and how many stay.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::domain::UnixTime;

const SUFFIX: &str = ".backup";
const UNFINISHED: &str = ".unfinished";

/// Sorts by `at`.
pub fn name(at: UnixTime) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
    format!("genkan-{}{SUFFIX}", at.strftime("%Y%m%dT%H%M%S.%3fZ"))
}

/// What it is called until it is whole.
pub fn unfinished(name: &str) -> String {
    format!("{name}{UNFINISHED}")
}

/// Oldest first.
pub fn list(directory: &Path) -> io::Result<Vec<PathBuf>> {
    files(directory, SUFFIX)
}

/// Takes away all but `keep`, among those that stay the one that was just made, and what was begun and never finished
/// before the oldest of them.
pub fn prune(directory: &Path, made: &Path, keep: usize) -> io::Result<()> {
    let mut others = list(directory)?;
    others.retain(|path| path != made);
    let too_many = (others.len() + 1).saturating_sub(keep.max(1));
    for old in others.drain(..too_many.min(others.len())) {
        fs::remove_file(old)?;
    }
    let oldest = others.first().map_or(made, PathBuf::as_path);
    for left in files(directory, UNFINISHED)?.iter().filter(|path| path.as_path() < oldest) {
        fs::remove_file(left)?;
    }
    Ok(())
}

fn files(directory: &Path, suffix: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with("genkan-") && name.ends_with(suffix)) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
