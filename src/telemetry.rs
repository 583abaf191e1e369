//! The server's log: lines on standard error, for reading or for collecting. What is a secret cannot be printed by type.

use tracing_subscriber::EnvFilter;

/// `filter` as `config::LogLevel` gives it. A second start in one process changes nothing, so that tests may start many
/// servers.
pub fn start(filter: &str, json: bool) {
    let lines = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(std::io::stderr);
    let started = if json { lines.json().flatten_event(true).try_init() } else { lines.with_ansi(false).try_init() };
    // An error says only that a log runs already.
    drop(started);
}
