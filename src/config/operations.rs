//! `[operations]`: a listener of its own for `/livez`, `/readyz` and `/metrics`.

use std::net::SocketAddr;

use super::reader::Reader;
use super::server::ADDRESS;

#[derive(Clone, Debug)]
pub struct Operations {
    pub listen: SocketAddr,
}

impl Operations {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self { listen: from.text("operations.listen", ADDRESS, |text| text.parse().ok()) }
    }
}
