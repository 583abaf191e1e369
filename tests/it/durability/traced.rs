//! `genkan serve` under strace. Where tracing is not permitted there is no server, and the test fails.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
};

use serde_json::Value;

use crate::cli::place::Place;

/// How requests come in, what becomes of the store's files, and how answers go out.
const CALLS: &str = "read,readv,recvfrom,recvmsg,pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg";

/// Any free ports: the log says which.
const LISTEN: &str = "\
[server]
issuer = \"http://localhost:8080\"
listen = \"127.0.0.1:0\"
[operations]
listen = \"127.0.0.1:0\"
[log]
format = \"json\"
";

pub struct Traced {
    /// Where it listens.
    pub address: String,
    tracer: Child,
    server: String,
    trace: PathBuf,
    _log: BufReader<ChildStderr>,
}

impl Traced {
    pub fn start(place: &Place) -> Self {
        place.write("genkan.toml", LISTEN);
        let trace = place.file("trace");
        let mut tracer = Command::new("strace")
            .args(["-f", "-y", "-s", "64", "-e", &format!("trace={CALLS}"), "-e", "signal=none", "-o"])
            .arg(&trace)
            .args(["sh", "-c", "echo $$ >&2 && exec \"$0\" serve --config \"$1\"", env!("CARGO_BIN_EXE_genkan")])
            .arg(place.file("genkan.toml"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace runs: tests/run.sh installs it");
        let mut log = BufReader::new(tracer.stderr.take().expect("its log"));
        let server = line(&mut log);
        assert!(server.bytes().all(|byte| byte.is_ascii_digit()), "strace cannot trace here: {server}{}", rest(log));
        let address = loop {
            let said = line(&mut log);
            let event: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{}", rest(&mut log)));
            if let Some(address) = event["listen"].as_str() {
                break address.to_owned();
            }
        };
        Self { address, tracer, server, trace, _log: log }
    }

    /// Ends the server, and tells what it did.
    pub fn stop(mut self) -> String {
        self.end();
        std::fs::read_to_string(&self.trace).expect("a trace")
    }

    /// strace ends after whom it traces.
    fn end(&mut self) {
        if self.tracer.try_wait().is_ok_and(|ended| ended.is_none()) {
            Command::new("sh").args(["-c", "kill \"$0\"", &self.server]).status().expect("sh runs");
            self.tracer.wait().expect("strace ends");
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        self.end();
    }
}

fn line(log: &mut impl BufRead) -> String {
    let mut line = String::new();
    log.read_line(&mut line).expect("a log");
    line.trim_end().to_owned()
}

fn rest(mut log: impl Read) -> String {
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("a log");
    rest
}
