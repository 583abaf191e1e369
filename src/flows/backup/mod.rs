//! Backup and restore (医療情報システムの安全管理に関するガイドライン, システム運用編 11①: several generations, and a restore
//! that has been rehearsed).
//!
//! A backup is one file, the same from either database: everything that the store holds at one moment, signing keys as
//! they lie there sealed, and the configuration. It is encrypted with a key that comes from the master key
//! ([`crate::keys::BackupWriter`]): on a new machine the file and the printed recovery sheet are enough, and who finds the
//! file alone has nothing. Not in it: the master key itself, and the certificate of `[server.tls]`.

mod archive;
mod generations;
mod make;
mod nightly;
mod restore;
mod standing;

use std::{path::PathBuf, time::Duration};

pub use archive::{Manifest, Verified, verify};
pub use make::{Made, make};
pub use nightly::make_when_due;
pub use restore::{Restored, Unrestorable, rehearse, restore};
pub use standing::{Standing, standing};

/// What the configuration says of backups.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `None`: no backups by themselves.
    pub directory: Option<PathBuf>,
    /// Time of day in Japan, since midnight.
    pub at: Duration,
    pub keep: usize,
    pub issuer: String,
    /// The configuration itself, as it was written.
    pub configuration: String,
}
