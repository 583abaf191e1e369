//! People are told of what happened to their account.

use std::time::Duration;

use super::{Job, Nodes};
use crate::flows::outbox;

pub const JOB: Job = Job { name: "send_letters", every: Duration::from_secs(1), nodes: Nodes::All, what: outbox::mail };
