//! `[log]`: what standard error looks like.

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Log {
    pub format: LogFormat,
    pub level: LogLevel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// Our own words at this level; the libraries' only where something is wrong.
    pub fn filter(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "warn,genkan=info",
            Self::Debug => "warn,genkan=debug",
            Self::Trace => "warn,genkan=trace",
        }
    }
}

impl Log {
    pub(super) fn read(from: &mut Reader) -> Self {
        let format = from.text("log.format", "\"text\" or \"json\"", |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        });
        let level =
            from.text("log.level", "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"", |text| match text {
                "error" => Some(LogLevel::Error),
                "warn" => Some(LogLevel::Warn),
                "info" => Some(LogLevel::Info),
                "debug" => Some(LogLevel::Debug),
                "trace" => Some(LogLevel::Trace),
                _ => None,
            });
        Self { format, level }
    }
}
