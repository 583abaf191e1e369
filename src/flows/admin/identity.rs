//! What a store was made for: the host of its passkeys, the master key of what it seals, demonstration or earnest.
//!
//! A store that is opened for anything else would sign nobody in, or let everybody in: start-up refuses it.

use crate::domain::{Fault, Verdict};
use crate::store::{Conn, Store, StoreResult, Tx, meta};

/// What this configuration says of its store.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Host of the issuer.
    pub rp_id: String,
    /// `Keys::check_value`, which tells nothing of the key.
    pub key_check: String,
    pub demo: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    #[error(
        "the passkeys in this store were made for {stored}, and the issuer's host is {configured}: they would work no \
         more. Set [server] issuer back to https://{stored}, or begin a new store with `genkan init`"
    )]
    RpId { stored: String, configured: String },
    #[error(
        "this store was sealed with another master key. Name the right file in [keys] master_key_file, or restore the \
         key from its recovery sheet"
    )]
    MasterKey,
    #[error("this is a demonstration's store, whose passwords everybody knows; `genkan init` begins a real one")]
    Demonstration,
    #[error("this store is in earnest; a demonstration wants a folder of its own (`genkan demo --dir DIR`)")]
    Earnest,
}

impl Identity {
    /// Writes down what the store does not know yet, and compares the rest.
    pub fn claim(&self, store: &Store) -> Result<Verdict<(), Misfit>, Fault> {
        let stored = store.read(known)?;
        if let Err(misfit) = self.compare_known(&stored) {
            return Ok(Err(misfit));
        }
        if stored.iter().all(Option::is_some) {
            return Ok(Ok(()));
        }
        let facts = self.facts();
        let stored = store.write(move |tx| {
            for (name, value) in facts {
                meta::set_once(tx, name, &value)?;
            }
            known(tx)
        })?;
        Ok(self.compare_known(&stored))
    }

    /// Compares without writing.
    pub fn compare(&self, store: &Store) -> Result<Verdict<(), Misfit>, Fault> {
        Ok(self.compare_known(&store.read(known)?))
    }

    fn facts(&self) -> [(&'static str, String); 3] {
        [(RP_ID, self.rp_id.clone()), (KEY_CHECK, self.key_check.clone()), (DEMO, self.demo.to_string())]
    }

    fn compare_known(&self, [rp_id, key_check, demo]: &Known) -> Verdict<(), Misfit> {
        let differs = |stored: &Option<String>, ours: &str| stored.as_deref().is_some_and(|stored| stored != ours);
        if differs(demo, &self.demo.to_string()) {
            return Err(if self.demo { Misfit::Earnest } else { Misfit::Demonstration });
        }
        if differs(key_check, &self.key_check) {
            return Err(Misfit::MasterKey);
        }
        match rp_id {
            Some(stored) if *stored != self.rp_id => {
                Err(Misfit::RpId { stored: stored.clone(), configured: self.rp_id.clone() })
            }
            _ => Ok(()),
        }
    }
}

const RP_ID: &str = "rp_id";
const KEY_CHECK: &str = "master_key_check";
const DEMO: &str = "demo";

/// Whether the store is still that of this master key, whose check value is given; a store that knows none is anybody's.
pub fn is_sealed_with(conn: &mut Conn, key_check: &str) -> StoreResult<bool> {
    Ok(meta::get(conn, KEY_CHECK)?.is_none_or(|known| known == key_check))
}

/// What a process with the master key of before can still say.
pub fn sealed_with_another() -> Fault {
    let todo = "the store was sealed again with another master key: name that in [keys] master_key_file and restart";
    Fault::Unavailable(todo.to_owned())
}

/// `false` when the store is no longer that of the old master key.
pub(super) fn change_master_key(tx: &mut Tx<'_>, old_check: &str, new_check: &str) -> StoreResult<bool> {
    meta::replace(tx, KEY_CHECK, Some(old_check), new_check)
}

type Known = [Option<String>; 3];

fn known(conn: &mut Conn) -> StoreResult<Known> {
    Ok([meta::get(conn, RP_ID)?, meta::get(conn, KEY_CHECK)?, meta::get(conn, DEMO)?])
}
