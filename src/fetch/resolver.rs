//! Names become addresses once: what is checked here is what is connected to, so that a name cannot change its mind in
//! between (DNS rebinding).

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::address;

#[derive(Clone, Copy, Debug)]
pub struct GuardedResolver;

/// A name with an address inside the house. One is enough: whoever names both is trying something.
#[derive(Debug, thiserror::Error)]
#[error("it lies inside the house")]
pub struct Inside;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|found| !address::is_outside(found.ip())) {
                return Err(Inside.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
