//! Waiting on a thread that may serve requests: its others are handed to another thread first.

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

pub(super) fn aside<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(wait),
        _ => wait(),
    }
}
