//! Signing keys are published, activated, retired and removed when it is time.

use std::time::Duration;

use super::{Job, Nodes};
use crate::{
    domain::Fault,
    flows::{Cx, signing_keys},
    store::Store,
};

pub const JOB: Job = Job { name: "rotate_keys", every: Duration::from_secs(60), nodes: Nodes::One, what: rotate };

fn rotate(store: &Store, cx: &Cx) -> Result<(), Fault> {
    signing_keys::rotate_when_due(store, &cx.keys, &cx.by_timer(), &cx.site.signing)
}
