//! `/readyz`: a line for each check, good, doubtful or bad, with what to do.
//!
//! Only what keeps people from signing in at this node is bad (503), and a proxy that asks sends them to another. What
//! wants mending soon is doubtful: with it nobody is turned away, least of all by all nodes at once.

use std::{path::Path, time::Duration};

use crate::{
    clock::{self, Sync},
    domain::UnixTime,
    flows::{admin::time, backup::standing},
    store::Store,
    web::{listener::Certificate, state::State},
};

/// In words, with what to do where there is something.
pub enum Finding {
    Good(String),
    Doubtful(String),
    Bad(String),
}

impl Finding {
    pub const fn is_bad(&self) -> bool {
        matches!(self, Self::Bad(_))
    }

    pub const fn is_doubtful(&self) -> bool {
        matches!(self, Self::Doubtful(_))
    }

    pub fn words(&self) -> &str {
        match self {
            Self::Good(words) | Self::Doubtful(words) | Self::Bad(words) => words,
        }
    }
}

use Finding::{Bad, Doubtful, Good};

type Check = (&'static str, fn(&State) -> Finding);

const CHECKS: &[Check] = &[
    ("store", store),
    ("keys", keys),
    ("certificate", certificate),
    ("clock", |_| of_clock()),
    ("backup", |state| of_backups(state.site.backup.directory.as_deref(), &state.store, state.clock.now())),
];

/// Whether it is ready, and why.
pub fn report(state: &State) -> (bool, String) {
    let findings: Vec<_> = CHECKS.iter().map(|(name, check)| (name, check(state))).collect();
    let line = |(name, finding): &(&&str, Finding)| {
        let word = match finding {
            Good(_) => "good",
            Doubtful(_) => "doubtful",
            Bad(_) => "bad",
        };
        format!("{word:<9} {name:<12} {}\n", finding.words())
    };
    (findings.iter().all(|(_, finding)| !finding.is_bad()), findings.iter().map(line).collect())
}

fn store(state: &State) -> Finding {
    match state.store.ping() {
        Ok(()) => Good(format!("{} answers", state.store.engine())),
        // Not why: that may name hosts, and stands in the log.
        Err(fault) => {
            tracing::warn!(%fault, "not ready");
            Bad(format!("{} does not answer; the log says why", state.store.engine()))
        }
    }
}

fn keys(state: &State) -> Finding {
    match state.secrets.follow(&state.store, state.clock.now()) {
        Ok(()) => Good("those of the store".to_owned()),
        Err(fault) => Bad(fault.to_string()),
    }
}

fn certificate(state: &State) -> Finding {
    let Some(certificates) = &state.certificates else { return Good("none; plain HTTP".to_owned()) };
    let found = of_certificate(&certificates.present(), state.clock.now());
    match certificates.refused() {
        Some(why) if !found.is_bad() => Doubtful(format!("an older one is served, since its files are no good: {why}")),
        _ => found,
    }
}

pub fn of_certificate(certificate: &Certificate, now: UnixTime) -> Finding {
    let ends = time(certificate.ends_at);
    match certificate.ends_soon(now) {
        None => Good(format!("a chain of {}, good until {ends}", certificate.chain_length())),
        Some(Duration::ZERO) => Bad(format!("it ended on {ends}: renew it")),
        Some(left) => Doubtful(format!("it ends in {} days, on {ends}: renew it", left.as_secs() / 86_400)),
    }
}

/// Doubtful and no more. A clock that is really wrong breaks sign-ins at the applications, which compare `iat` and `exp`
/// with their own; but one that nobody synchronises is mostly right, and a time server that went away would close the
/// doors of all nodes at once.
pub fn of_clock() -> Finding {
    match clock::sync() {
        Sync::Good { error } => Good(format!("synchronised to within {} ms", error.as_millis())),
        Sync::Doubtful(why) => Doubtful(why),
    }
}

/// Nobody is turned away for it, and nobody is left in peace either: a machine burns without asking.
pub fn of_backups(directory: Option<&Path>, store: &Store, now: UnixTime) -> Finding {
    if directory.is_none() {
        return Doubtful("none are made: name a directory in [backup] directory, best on another disk".to_owned());
    }
    let Ok(standing) = store.read(standing) else { return Doubtful("the store does not tell".to_owned()) };
    let Some(made_at) = standing.made_at.map(time) else {
        return Doubtful("none was made yet; `genkan backup` makes one, and a running server one a night".to_owned());
    };
    if !standing.is_made_lately(now) {
        return Doubtful(format!("the last one is of {made_at}; backup.failed in the trail, and the log, tell why"));
    }
    let rehearsed_at = standing.rehearsed_at.map_or_else(|| "never".to_owned(), time);
    match standing.is_rehearsed_lately(now) {
        true => Good(format!("made {made_at}, last restored for practice {rehearsed_at}")),
        false => Doubtful(format!(
            "made {made_at}, last restored for practice: {rehearsed_at}; `genkan restore FILE --rehearse` once a quarter"
        )),
    }
}
