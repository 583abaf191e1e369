//! `[limits]`: how much is taken on at once, and how long anybody may take.

use std::time::Duration;

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct LimitSettings {
    pub connections: usize,
    pub connections_per_address: usize,
    pub idle: Duration,
    pub head: Duration,
    pub body: Duration,
    pub parallel: usize,
    pub waiting: usize,
    pub wait: Duration,
}

impl LimitSettings {
    pub(super) fn read(from: &mut Reader) -> Self {
        let seconds = |from: u64, to: u64| Duration::from_secs(from)..=Duration::from_secs(to);
        let read = Self {
            connections: from.number("limits.connections", 16..=1_000_000),
            connections_per_address: from.number("limits.connections_per_address", 8..=1_000_000),
            idle: from.span("limits.idle", seconds(1, 3600)),
            head: from.span("limits.head", seconds(1, 300)),
            body: from.span("limits.body", seconds(1, 300)),
            parallel: from.number("limits.parallel", 1..=400),
            waiting: from.number("limits.waiting", 0..=65_536),
            wait: from.span("limits.wait", Duration::from_millis(100)..=Duration::from_secs(30)),
        };
        if read.connections_per_address > read.connections {
            from.refuse("limits.connections_per_address", "at most [limits] connections");
        }
        read
    }
}
