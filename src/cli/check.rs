//! `genkan check`: would the server start, and is everything safe? Every finding is printed, the good ones too.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

use super::opened::{identity, master_key, open_existing};
use super::{Failure, Output};
use crate::clock::Clock;
use crate::config::{Config, Environment, Tls};
use crate::domain::UnixTime;
use crate::flows::admin::time;
use crate::keys::MasterKey;
use crate::store::Store;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

/// What was looked at, and what was found: good, or what to do.
struct Finding {
    what: &'static str,
    found: Result<String, String>,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let findings = look(path);
    let bad = findings.iter().filter(|finding| finding.found.is_err()).count();
    if args.json {
        let finding = |Finding { what, found }: &Finding| {
            let text = found.as_ref().unwrap_or_else(|todo| todo);
            json!({ "what": what, "ok": found.is_ok(), "found": text })
        };
        out.json(&json!({ "ok": bad == 0, "findings": findings.iter().map(finding).collect::<Vec<_>>() }))?;
    } else {
        for Finding { what, found } in &findings {
            let (word, text) = match found {
                Ok(text) => ("ok ", text),
                Err(todo) => ("BAD", todo),
            };
            out.line(&format!("{word}  {what:<14} {text}"))?;
        }
    }
    if bad == 0 {
        return Ok(());
    }
    out.flush()?;
    Err(Failure::Refused(format!("{bad} of {} findings want mending before `genkan serve`", findings.len())))
}

fn look(path: Option<&Path>) -> Vec<Finding> {
    let config = match Config::load(path, &Environment::of_process()) {
        Ok(config) => config,
        Err(errors) => return vec![Finding { what: "configuration", found: Err(errors.to_string()) }],
    };
    let key = master_key(&config.keys.master_key);
    let store = open_existing(&config.store).and_then(|store| Ok(store.ping().map(|()| store)?));
    let mut findings = vec![
        Finding { what: "configuration", found: Ok(format!("issuer {}", config.server.issuer)) },
        Finding { what: "clock", found: clock(Clock::System.now()) },
        Finding { what: "tls", found: tls(config.server.tls.as_ref()) },
        Finding { what: "master key", found: said(&key, |_| "readable, and by its owner alone".to_owned()) },
        Finding { what: "store", found: said(&store, |store| format!("{} answers", store.engine())) },
    ];
    if let Ok(store) = store {
        let migrations = migrations(&store);
        // A store without its tables cannot say yet what it was made for.
        if let (Ok(key), Ok(_)) = (&key, &migrations) {
            findings.push(Finding { what: "belonging", found: belonging(&config, key, &store) });
        }
        findings.push(Finding { what: "migrations", found: migrations });
    }
    findings
}

fn said<T>(result: &Result<T, Failure>, good: impl Fn(&T) -> String) -> Result<String, String> {
    match result {
        Ok(value) => Ok(good(value)),
        Err(failure) => Err(failure.to_string()),
    }
}

/// Tokens and one-time links would be born expired.
fn clock(now: UnixTime) -> Result<String, String> {
    const THIS_VERSION_IS_YOUNGER_THAN: UnixTime = UnixTime::from_secs(1_767_225_600);
    if now < THIS_VERSION_IS_YOUNGER_THAN {
        return Err(format!("it is said to be {}: set the clock, by NTP", time(now)));
    }
    Ok(time(now))
}

fn tls(tls: Option<&Tls>) -> Result<String, String> {
    let Some(Tls { certificate, key }) = tls else { return Ok("none; plain HTTP on loopback".to_owned()) };
    let unreadable = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<_, _>>)
        .map_err(|error| unreadable(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    let mode = std::fs::metadata(key).map_err(|error| unreadable(key, &error))?.permissions().mode();
    if mode & 0o007 != 0 {
        return Err(format!("everybody may read the private key: `chmod o= {}`", key.display()));
    }
    let count = chain.len();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| format!("certificate and key do not go together: {error}"))?;
    Ok(format!("a chain of {count}, and its key"))
}

fn migrations(store: &Store) -> Result<String, String> {
    match store.pending_migrations() {
        Ok(pending) if pending.is_empty() => Ok("none pending".to_owned()),
        Ok(pending) => Err(format!("pending: {}; run `genkan migrate`", pending.join(", "))),
        Err(fault) => Err(fault.to_string()),
    }
}

fn belonging(config: &Config, key: &MasterKey, store: &Store) -> Result<String, String> {
    match identity(config, key).compare(store) {
        Ok(Ok(())) => Ok("issuer and master key are those that the store was made with".to_owned()),
        Ok(Err(misfit)) => Err(misfit.to_string()),
        Err(fault) => Err(fault.to_string()),
    }
}
