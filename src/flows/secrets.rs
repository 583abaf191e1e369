//! What this process can seal and sign with. Keys change in the store (a rotation, the command line, another node), and
//! every process follows within a second; until then it goes on with what it holds.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;

use crate::{
    domain::{Fault, UnixTime},
    flows::admin::identity,
    keys::{KeyRing, Keys},
    store::{Store, meta, signing_keys},
};

/// In `meta`: names the life of the store that began with a restore. Nothing sealed in another life is opened.
pub const EPOCH: &str = "seal_epoch";

/// How long what the store holds may be unknown here.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(1);

pub struct Secrets {
    held: ArcSwap<Held>,
    looked_at: AtomicI64,
}

pub struct Held {
    version: Option<String>,
    pub keys: Keys,
    pub ring: KeyRing,
    /// The store was sealed again with another master key: nothing here is of use to it any more.
    is_foreign: bool,
}

impl Secrets {
    pub fn open(store: &Store, keys: &Keys, now: UnixTime) -> Result<Self, Fault> {
        let held = Held::read(store, keys)?;
        Ok(Self { held: ArcSwap::from_pointee(held), looked_at: AtomicI64::new(now.millis()) })
    }

    /// As last seen.
    pub fn held(&self) -> Arc<Held> {
        self.held.load_full()
    }

    /// Looks whether the store's keys are still those that are held here: once a second, whoever comes first. A store
    /// that cannot be asked changes nothing. Fails once the master key is no longer the store's.
    pub fn follow(&self, store: &Store, now: UnixTime) -> Result<(), Fault> {
        if self.is_time(now)
            && let Err(fault) = self.look(store)
        {
            tracing::warn!(%fault, "whether the keys have changed is unknown");
        }
        if self.held.load().is_foreign { Err(identity::sealed_with_another()) } else { Ok(()) }
    }

    /// True for one caller a second. A clock that was put back makes nobody wait for the time that it has yet to reach.
    fn is_time(&self, now: UnixTime) -> bool {
        let looked_at = self.looked_at.load(Ordering::Relaxed);
        let is_fresh = UnixTime::from_millis(looked_at).is_fresh_for(FOLLOWS_WITHIN, now);
        let take = || self.looked_at.compare_exchange(looked_at, now.millis(), Ordering::Relaxed, Ordering::Relaxed);
        !is_fresh && take().is_ok()
    }

    fn look(&self, store: &Store) -> Result<(), Fault> {
        let held = self.held.load();
        if store.read(signing_keys::version)? == held.version {
            return Ok(());
        }
        let check = held.keys.check_value();
        let now_held = if store.read(|conn| identity::is_sealed_with(conn, &check))? {
            Held::read(store, &held.keys)?
        } else {
            let version = held.version.clone();
            Held { version, keys: held.keys.clone(), ring: held.ring.clone(), is_foreign: true }
        };
        self.held.store(Arc::new(now_held));
        Ok(())
    }
}

impl Held {
    fn read(store: &Store, keys: &Keys) -> Result<Self, Fault> {
        // The version first: a change in between is seen at the next look.
        let (version, epoch, stored) = store
            .read(|conn| Ok((signing_keys::version(conn)?, meta::get(conn, EPOCH)?, signing_keys::list(conn)?)))?;
        let ring = KeyRing::load(stored, keys)?;
        Ok(Self { version, keys: keys.in_epoch(epoch.as_deref().unwrap_or_default()), ring, is_foreign: false })
    }
}
