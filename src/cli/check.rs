//! `genkan check`: would the server start, and is everything safe? Every finding is printed, the good ones too.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;

use super::opened::{identity, master_key, open_existing};
use super::{Failure, Output};
use crate::app::{attestation_roots, fetch_plan, mail_plan, missing_roots};
use crate::clock::Clock;
use crate::config::{Config, Environment, FetchSettings, MailSettings, PasskeySettings, Tls};
use crate::domain::UnixTime;
use crate::flows::admin::time;
use crate::keys::MasterKey;
use crate::mail::Postbox;
use crate::store::Store;
use crate::web::listener::{Certificate, CertificateFiles};
use crate::web::ops::ready::{self, Finding};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

/// What was looked at, and what was found.
struct Looked {
    what: &'static str,
    found: Finding,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let findings = look(path);
    let bad = findings.iter().filter(|looked| looked.found.is_bad()).count();
    if args.json {
        let finding = |Looked { what, found }: &Looked| {
            let (good, doubtful) = (!found.is_bad(), found.is_doubtful());
            json!({ "what": what, "ok": good, "doubtful": doubtful, "found": found.words() })
        };
        out.json(&json!({ "ok": bad == 0, "findings": findings.iter().map(finding).collect::<Vec<_>>() }))?;
    } else {
        for Looked { what, found } in &findings {
            let word = match found {
                Finding::Good(_) => "ok ",
                Finding::Doubtful(_) => "?? ",
                Finding::Bad(_) => "BAD",
            };
            out.line(&format!("{word}  {what:<14} {}", found.words()))?;
        }
    }
    if bad == 0 {
        return Ok(());
    }
    out.flush()?;
    Err(Failure::Refused(format!("{bad} of {} findings want mending before `genkan serve`", findings.len())))
}

fn look(path: Option<&Path>) -> Vec<Looked> {
    let looked = |what, found| Looked { what, found };
    let config = match Config::load(path, &Environment::of_process()) {
        Ok(config) => config,
        Err(errors) => return vec![looked("configuration", Finding::Bad(errors.to_string()))],
    };
    let key = master_key(&config.keys.master_key);
    let store = open_existing(&config.store).and_then(|store| Ok(store.ping().map(|()| store)?));
    let mut findings = vec![
        looked("configuration", Finding::Good(format!("issuer {}", config.server.issuer))),
        looked("clock", clock(Clock::System.now())),
        looked("tls", tls(config.server.tls.as_ref(), Clock::System.now())),
        looked("fetch", fetch(&config.fetch)),
        looked("mail", mail(&config.mail)),
        looked("master key", said(&key, |_| "readable, and by its owner alone".to_owned())),
        looked("store", said(&store, |store| format!("{} answers", store.engine()))),
    ];
    if let Ok(store) = store {
        let migrations = migrations(&store);
        // A store without its tables cannot say yet what it was made for.
        if let (Ok(key), Finding::Good(_)) = (&key, &migrations) {
            findings.push(looked("belonging", belonging(&config, key, &store)));
        }
        let is_up_to_date = !migrations.is_bad();
        findings.push(looked("migrations", migrations));
        if is_up_to_date {
            findings.push(looked("attestation", attestation(&config.passkeys, &store)));
            let directory = config.backup.directory.as_deref();
            findings.push(looked("backup", ready::of_backups(directory, &store, Clock::System.now())));
        }
    }
    findings
}

fn said<T>(result: &Result<T, Failure>, good: impl Fn(&T) -> String) -> Finding {
    match result {
        Ok(value) => Finding::Good(good(value)),
        Err(failure) => Finding::Bad(failure.to_string()),
    }
}

/// Tokens and one-time links would be born expired.
fn clock(now: UnixTime) -> Finding {
    const THIS_VERSION_IS_YOUNGER_THAN: UnixTime = UnixTime::from_secs(1_767_225_600);
    if now < THIS_VERSION_IS_YOUNGER_THAN {
        return Finding::Bad(format!("it is said to be {}: set the clock, by NTP", time(now)));
    }
    ready::of_clock()
}

fn tls(tls: Option<&Tls>, now: UnixTime) -> Finding {
    let Some(Tls { certificate, key }) = tls else { return Finding::Good("none; plain HTTP".to_owned()) };
    let read = match Certificate::read(&CertificateFiles { chain: certificate.clone(), key: key.clone() }) {
        Ok(read) => read,
        Err(why) => return Finding::Bad(why),
    };
    match std::fs::metadata(key).map(|file| file.permissions().mode()) {
        Ok(mode) if mode & 0o007 == 0 => ready::of_certificate(&read, now),
        Ok(_) => Finding::Bad(format!("everybody may read the private key: `chmod o= {}`", key.display())),
        Err(error) => Finding::Bad(format!("{}: {error}", key.display())),
    }
}

fn fetch(settings: &FetchSettings) -> Finding {
    match fetch_plan(settings) {
        Ok(plan) => Finding::Good(format!("{} addresses inside the house may be spoken to", plan.allowed.len())),
        Err(failure) => Finding::Bad(failure.to_string()),
    }
}

/// Which makers of authenticators are trusted, and whether a clinic needs one that is not there.
fn attestation(settings: &PasskeySettings, store: &Store) -> Finding {
    match attestation_roots(settings).and_then(|roots| missing_roots(store, &roots).map(|()| roots.len())) {
        Ok(0) => Finding::Good("no maker of authenticators is trusted, and no clinic wants proof of one".to_owned()),
        Ok(count) => Finding::Good(format!("{count} root certificates of makers of authenticators are trusted")),
        Err(failure) => Finding::Bad(failure.to_string()),
    }
}

/// Who has no mail learns nothing of what others do to their account.
fn mail(settings: &MailSettings) -> Finding {
    match mail_plan(settings).map(|plan| plan.map(|plan| Postbox::new(&plan))) {
        Ok(None) => {
            Finding::Doubtful("no mail server in [mail]: nobody is told what happens to their account".to_owned())
        }
        Ok(Some(Ok(_))) => Finding::Good(format!("from {}", settings.from.as_str())),
        Ok(Some(Err(why))) => Finding::Bad(why),
        Err(failure) => Finding::Bad(failure.to_string()),
    }
}

fn migrations(store: &Store) -> Finding {
    match store.pending_migrations() {
        Ok(pending) if pending.is_empty() => Finding::Good("none pending".to_owned()),
        Ok(pending) => Finding::Bad(format!("pending: {}; run `genkan migrate`", pending.join(", "))),
        Err(fault) => Finding::Bad(fault.to_string()),
    }
}

fn belonging(config: &Config, key: &MasterKey, store: &Store) -> Finding {
    match identity(config, key).compare(store) {
        Ok(Ok(())) => Finding::Good("issuer and master key are those that the store was made with".to_owned()),
        Ok(Err(misfit)) => Finding::Bad(misfit.to_string()),
        Err(fault) => Finding::Bad(fault.to_string()),
    }
}
