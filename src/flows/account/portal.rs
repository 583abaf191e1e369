//! The applications that somebody may enter from here.

use crate::{
    domain::{Client, Fault, SignedIn},
    store::{self, Store},
};

/// Those with a start address, open to the clinic that the person works for now.
pub fn applications(store: &Store, who: &SignedIn) -> Result<Vec<Client>, Fault> {
    let all = store.read(store::clients::list)?;
    let open = |client: &Client| {
        client.is_enabled()
            && client.start_uri.is_some()
            && client.clinic_id.as_ref().is_none_or(|clinic| *clinic == who.clinic.id)
    };
    Ok(all.into_iter().filter(open).collect())
}
