//! What has served its time is taken out of the store; sessions that have, are ended first.

use std::time::Duration;

use super::{Job, Nodes};
use crate::{
    domain::Fault,
    flows::{Cx, account::sessions, admin::members, outbox},
    store::{self, Store},
};

pub const JOB: Job = Job { name: "sweep", every: Duration::from_secs(15), nodes: Nodes::All, what: sweep };

fn sweep(store: &Store, cx: &Cx) -> Result<(), Fault> {
    sessions::end_overdue(store, cx)?;
    members::end_overdue(store, cx)?;
    outbox::make_room(store, cx)?;
    let now = cx.now;
    store.write(move |tx| store::sweep(tx, now)).map(drop)
}
