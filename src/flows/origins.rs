//! Where single-page applications live: the origins of their redirect URIs.

use std::collections::HashSet;

use crate::{
    domain::{ClientType, Fault},
    protocol::redirect_uri,
    store::{self, Store},
};

/// Of enabled clients, as browsers write an `Origin`.
pub fn registered(store: &Store) -> Result<HashSet<String>, Fault> {
    let clients = store.read(store::clients::list)?;
    let pages = clients.iter().filter(|client| client.kind == ClientType::Spa && client.is_enabled());
    Ok(pages.flat_map(|client| &client.redirect_uris).filter_map(|uri| redirect_uri::origin(uri)).collect())
}
