//! The mails of the demo: each a file in its folder, newest first.

use std::{fs, path::Path};

/// So many are shown.
const MOST: usize = 50;

/// Empty where there is no folder yet.
pub fn newest(folder: &Path) -> Vec<String> {
    // Their names sort by time.
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.iter().rev().take(MOST).filter_map(|file| fs::read_to_string(file).ok()).collect()
}
