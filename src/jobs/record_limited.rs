//! Addresses that were told to wait become events, all of a minute in one.

use std::time::Duration;

use super::{Job, Nodes};
use crate::flows::unattributed;

pub const JOB: Job = Job {
    name: "record_limited",
    every: Duration::from_secs(60),
    nodes: Nodes::All,
    what: unattributed::record_limited,
};
