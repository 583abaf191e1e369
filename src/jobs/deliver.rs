//! What waits in the outbox is sent.

use std::time::Duration;

use super::{Job, Nodes};
use crate::flows::outbox;

pub const JOB: Job = Job { name: "deliver", every: Duration::from_secs(1), nodes: Nodes::All, what: outbox::deliver };
