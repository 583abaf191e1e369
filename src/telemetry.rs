//! The server's log: lines on standard error, for reading or for collecting. What is a secret cannot be printed by type.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat, LogLevel};

/// Starts the log. A second start in one process changes nothing, so that tests may start many servers.
pub fn start(log: &Log) {
    let filter = EnvFilter::new(directives(log.level));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error says only that a log runs already.
    let _already = match log.format {
        LogFormat::Text => lines.with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}

/// Our own words at the asked level; the libraries' only where something is wrong.
fn directives(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "warn,genkan=info",
        LogLevel::Debug => "warn,genkan=debug",
        LogLevel::Trace => "warn,genkan=trace",
    }
}
