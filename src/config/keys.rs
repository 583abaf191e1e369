//! `[keys]`: where the master key comes from, and what ID tokens can be signed with (RFC 7518 §3.1).

use std::{path::PathBuf, time::Duration};

use zeroize::Zeroizing;

use super::Environment;
use super::reader::Reader;
use crate::domain::SigningAlg;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Debug)]
pub struct KeySettings {
    pub master_key: MasterKeySource,
    /// Never empty, RS256 among them.
    pub algorithms: Vec<SigningAlg>,
    /// How long a signing key signs.
    pub rotate_after: Duration,
}

#[derive(Clone)]
pub enum MasterKeySource {
    /// The text of `GENKAN_MASTER_KEY`; goes before a file.
    Environment(Zeroizing<String>),
    File(PathBuf),
}

impl std::fmt::Debug for MasterKeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(_) => f.write_str("Environment(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

impl KeySettings {
    pub(super) fn read(from: &mut Reader, env: &Environment) -> Self {
        let file = from.path("keys.master_key_file");
        if file.is_none() && env.master_key.is_none() {
            from.refuse("keys.master_key_file", "the path of a file, or the key itself in GENKAN_MASTER_KEY");
        }
        let master_key = match &env.master_key {
            Some(text) => MasterKeySource::Environment(text.clone()),
            None => MasterKeySource::File(file.unwrap_or_default()),
        };
        let allowed = "a list of RS256 and ES256, each at most once, RS256 always (OpenID Connect Core §15.1)";
        Self {
            master_key,
            algorithms: from.list("keys.algorithms", allowed, algorithms),
            rotate_after: from.span("keys.rotate_after", 7 * DAY..=730 * DAY),
        }
    }
}

fn algorithms(names: &[String]) -> Option<Vec<SigningAlg>> {
    let read: Vec<_> = names.iter().map(|name| SigningAlg::parse(name)).collect::<Option<_>>()?;
    let distinct = read.iter().enumerate().all(|(at, alg)| !read.iter().skip(at + 1).any(|later| later == alg));
    (distinct && read.contains(&SigningAlg::Rs256)).then_some(read)
}
