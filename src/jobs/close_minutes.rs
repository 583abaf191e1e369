//! Failures that name nobody known become events, a minute at a time.

use std::time::Duration;

use super::{Job, Nodes};
use crate::flows::unattributed;

pub const JOB: Job =
    Job { name: "close_minutes", every: Duration::from_secs(15), nodes: Nodes::All, what: unattributed::close_minutes };
