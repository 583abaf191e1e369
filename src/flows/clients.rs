//! Registered applications, as every request of theirs needs them: kept for at most a second, in which an administrator's
//! change is not yet known. What a write grants it grants only while the store says that the client is enabled.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    domain::{Client, ClientId, Fault, UnixTime},
    store::{self, Store},
};

const KEPT_FOR: Duration = Duration::from_secs(1);

/// Those that are kept at a time. Names that nobody registered are never kept.
const MOST: usize = 1024;

#[derive(Default)]
pub struct Clients(Mutex<HashMap<ClientId, Kept>>);

struct Kept {
    client: Arc<Client>,
    read_at: UnixTime,
}

impl Kept {
    fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    fn is_fresh(&self, now: UnixTime) -> bool {
        self.read_at.is_fresh_for(KEPT_FOR, now)
    }
}

impl Clients {
    /// Enabled or not.
    pub fn find(&self, store: &Store, now: UnixTime, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        if let Some(known) = self.kept(|kept| kept.get(id).filter(|kept| kept.is_fresh(now)).map(Kept::client)) {
            return Ok(Some(known));
        }
        let found = store.read(|conn| store::clients::find(conn, id))?.map(Arc::new);
        if let Some(client) = &found {
            self.kept(|kept| keep(kept, now, client));
        }
        Ok(found)
    }

    fn kept<T>(&self, work: impl FnOnce(&mut HashMap<ClientId, Kept>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keep(kept: &mut HashMap<ClientId, Kept>, now: UnixTime, client: &Arc<Client>) {
    if kept.len() >= MOST {
        kept.retain(|_, kept| kept.is_fresh(now));
    }
    if kept.len() < MOST {
        kept.insert(client.id.clone(), Kept { client: Arc::clone(client), read_at: now });
    }
}
