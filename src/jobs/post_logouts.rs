//! Applications are told of the sessions that have ended.

use std::time::Duration;

use super::{Job, Nodes};
use crate::flows::outbox;

pub const JOB: Job = Job { name: "post_logouts", every: Duration::from_secs(1), nodes: Nodes::All, what: outbox::post };
