//! `[fetch]`: what Genkan itself may speak to, of what applications name.

use std::{path::PathBuf, time::Duration};

use super::reader::Reader;
use crate::domain::Authority;

#[derive(Clone, Debug)]
pub struct FetchSettings {
    pub allowed: Vec<Authority>,
    /// Certificates to be believed besides the system's.
    pub ca_file: Option<PathBuf>,
    pub timeout: Duration,
}

impl FetchSettings {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            allowed: from.list("fetch.allowed", "a list of host:port, such as [\"emr.hospital.local:443\"]", |names| {
                names.iter().map(|name| Authority::parse(name)).collect()
            }),
            ca_file: from.path("fetch.ca_file"),
            timeout: from.span("fetch.timeout", Duration::from_secs(1)..=Duration::from_secs(20)),
        }
    }
}
