//! What the server has answered, written down and on the disk before it can be asked whether it still knows.

use std::{
    fs::File,
    io::Write,
    path::Path,
    sync::mpsc::{self, Sender},
    thread::{self, JoinHandle},
};

use serde::{Deserialize, Serialize};

use crate::{Result, browser, http::Answer};

/// What an operation was answered with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Told {
    Nothing,
    AccessToken(String),
    /// A new one, for the one before.
    RefreshToken(String),
    /// The cookie of a new session.
    Session(String),
}

impl Told {
    pub fn session(answer: &Answer) -> Result<Self> {
        Ok(Self::Session(browser::session(answer).ok_or("no session was opened")?.to_owned()))
    }
}

#[derive(Serialize, Deserialize)]
pub struct Line {
    pub name: String,
    pub told: Told,
}

/// Cheap to clone. A thread of its own writes: whoever drives does not wait for the disk.
#[derive(Clone)]
pub struct Journal(Sender<Line>);

impl Journal {
    pub fn create(path: &Path) -> Result<(Self, JoinHandle<std::io::Result<()>>)> {
        let mut file = File::create(path)?;
        let (sender, lines) = mpsc::channel::<Line>();
        let written = thread::spawn(move || {
            while let Ok(first) = lines.recv() {
                let mut text = String::new();
                for line in std::iter::once(first).chain(lines.try_iter()) {
                    text.push_str(&serde_json::to_string(&line)?);
                    text.push('\n');
                }
                file.write_all(text.as_bytes())?;
                file.sync_data()?;
            }
            Ok(())
        });
        Ok((Self(sender), written))
    }

    pub fn write(&self, name: String, told: Told) {
        // The thread ends early only with an error, which whoever joins it is given.
        let _ = self.0.send(Line { name, told });
    }

    pub fn read(path: &Path) -> Result<Vec<Line>> {
        std::fs::read_to_string(path)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }
}
