//! The life of a signing key (OpenID Connect Core §10.1.1): published as the next one, active, retired, removed.

mod change;
mod due;

use std::time::Duration;

use crate::{
    domain::{Fault, SigningAlg},
    flows::admin::By,
    keys::Keys,
    store::Store,
};

pub use change::{Change, change};
pub use due::{PUBLISHED_AHEAD, activates_at, algorithms, due};

/// What the configuration says of signing keys.
#[derive(Clone, Debug)]
pub struct Plan {
    pub algorithms: Vec<SigningAlg>,
    /// How long a key signs.
    pub age: Duration,
}

/// Does what it is time for; at the first start, a key for each algorithm.
pub fn rotate_when_due(store: &Store, keys: &Keys, by: &By, plan: &Plan) -> Result<(), Fault> {
    change(store, keys, by, |stored| due(stored, plan, by.now)).map(drop)
}
