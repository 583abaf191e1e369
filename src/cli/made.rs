//! Files that are ours only once everything went well: a command that fails leaves the place as it was, to be tried again.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Failure;

#[derive(Default)]
pub struct Made(Vec<PathBuf>);

impl Made {
    pub fn write(&mut self, path: &Path, mode: u32, text: &str) -> Result<(), Failure> {
        let mut file: File = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)
            .map_err(|error| cannot("write", path, &error))?;
        self.0.push(path.to_owned());
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| cannot("write", path, &error))
    }

    /// A file that somebody else will write for us, where there is none yet.
    pub fn expect(&mut self, path: &Path) -> Result<(), Failure> {
        if path.exists() {
            return Err(cannot("write", path, &std::io::ErrorKind::AlreadyExists.into()));
        }
        self.0.push(path.to_owned());
        Ok(())
    }

    pub fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in &self.0 {
            if let Err(error) = std::fs::remove_file(path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                eprintln!("genkan: {} remains: {error}; remove it before trying again", path.display());
            }
        }
    }
}

pub fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let hint = match error.kind() {
        std::io::ErrorKind::AlreadyExists => ": it is there already, and nothing is overwritten",
        std::io::ErrorKind::NotFound => ": make its folder first",
        _ => "",
    };
    Failure::Refused(format!("cannot {what} {}: {error}{hint}", path.display()))
}
