//! A folder with a configuration and a store in it, and the binary run on them.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use genkan::store::{Store, StoreOptions};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::database::Database;

pub struct Place {
    folder: TempDir,
    /// `None`: SQLite beside the configuration.
    store: Option<Database>,
}

/// How one command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub const ADMIN: &str = "ito@sakura.example";

impl Place {
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), store: None }
    }

    /// After `genkan init` on this database, which the environment names.
    pub fn begun_on(database: Database) -> Self {
        let place = Self { store: Some(database), ..Self::empty() };
        place.init().done();
        place
    }

    /// After `genkan init`.
    pub fn begun() -> Self {
        let place = Self::empty();
        place.init().done();
        place
    }

    pub fn init(&self) -> Ended {
        self.run(&[
            "init",
            "--clinic-name",
            "さくらクリニック",
            "--clinic-contact",
            "受付 内線 101",
            "--admin-email",
            ADMIN,
            "--admin-name",
            "伊藤 誠",
            "--admin-kana",
            "イトウ マコト",
            "--json",
        ])
    }

    /// The store itself, for what only a sign-in makes.
    pub fn store(&self) -> Store {
        let beside = format!("sqlite:{}", self.file("genkan.db").display());
        let url = self.store.as_ref().map_or(beside, |store| store.url().to_owned());
        Store::open(&StoreOptions::new(url)).expect("the store opens")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).expect("written");
    }

    /// With `--config` of this place.
    pub fn run(&self, args: &[&str]) -> Ended {
        let config = self.file("genkan.toml");
        self.run_with(&[args, &["--config", config.to_str().expect("a plain path")]].concat(), &[])
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ended {
        self.run_typing(args, env, "")
    }

    /// With what is typed where it asks.
    pub fn run_typing(&self, args: &[&str], env: &[(&str, &str)], typed: &str) -> Ended {
        let mut running = Command::new(env!("CARGO_BIN_EXE_genkan"))
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("GENKAN_CONFIG")
            .env_remove("GENKAN_MASTER_KEY")
            .env_remove("GENKAN_STORE_URL")
            .envs(self.store.iter().map(|store| ("GENKAN_STORE_URL", store.url())))
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("genkan runs");
        // Who asks for nothing may be gone already.
        let _ = running.stdin.take().expect("a pipe").write_all(format!("{typed}\n").as_bytes());
        let output = running.wait_with_output().expect("genkan ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The JSON that a command answers.
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).json()
    }

    pub fn clinic(&self) -> String {
        text(&self.json(&["clinic", "list"])[0]["id"])
    }

    /// What the trail holds, oldest first.
    pub fn trail(&self) -> Vec<Value> {
        let lines = self.run(&["audit", "export", "--json"]).done();
        lines.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
    }

    /// The newest event of a kind.
    pub fn event(&self, kind: &str) -> Value {
        let found = self.trail().into_iter().rev().find(|event| event["event"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} in the trail"))
    }

    pub fn count(&self, kind: &str) -> usize {
        self.trail().iter().filter(|event| event["event"] == kind).count()
    }
}

impl Ended {
    /// It went well, and this is what it said.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.done();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error} in {out}"))
    }

    /// It was refused with nothing on standard output, and this is why.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        self.err
    }

    #[track_caller]
    pub fn misused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(2), ""), "{}", self.err);
        self.err
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

/// The names in a JSON object, in order of the alphabet.
pub fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
