//! A backup a day, where the configuration names a directory for it.

use std::time::Duration;

use super::{Job, Nodes};
use crate::flows::backup;

pub const JOB: Job =
    Job { name: "back_up", every: Duration::from_secs(60), nodes: Nodes::One, what: backup::make_when_due };
