//! Holds the floors of `src/lib.rs`: names point down only, and some crates have one room each.

use std::fs;
use std::path::Path;

use crate::support::imports::{crates_named, floors_named};

/// What each floor may name of ours, itself aside. What is not here may not be in `src/`.
const FLOORS: &[(&str, &[&str])] = &[
    ("protocol", &["domain"]),
    ("domain", &[]),
    ("random", &["domain"]),
    ("clock", &["domain"]),
    ("telemetry", &["domain"]),
    ("config", &["domain"]),
    ("store", &["domain", "protocol", "random"]),
    ("keys", &["domain", "protocol", "random"]),
    ("passkeys", &["domain", "protocol", "random"]),
    ("fetch", &["domain", "protocol"]),
    ("mail", &["domain"]),
    ("flows", &["store", "keys", "passkeys", "fetch", "mail", "domain", "protocol", "random"]),
    (
        "web",
        &["flows", "store", "keys", "passkeys", "fetch", "mail", "domain", "protocol", "random", "clock", "telemetry"],
    ),
    ("jobs", &["flows", "store", "keys", "passkeys", "fetch", "domain", "protocol", "random", "clock", "telemetry"]),
    ("app", EVERYTHING),
    ("cli", EVERYTHING),
    ("demo", EVERYTHING),
    ("main", EVERYTHING),
    ("lib", EVERYTHING),
];

const EVERYTHING: &[&str] = &[
    "app",
    "cli",
    "clock",
    "config",
    "demo",
    "domain",
    "fetch",
    "flows",
    "jobs",
    "keys",
    "mail",
    "passkeys",
    "protocol",
    "random",
    "store",
    "telemetry",
    "web",
];

/// Who alone may name a crate, and why.
const ROOMS: &[(&[&str], &[&str], &str)] = &[
    (
        &["diesel", "diesel_migrations", "deadpool", "libsqlite3_sys"],
        &["store"],
        "everything else asks the store by named queries",
    ),
    (
        &["josekit", "argon2", "chacha20poly1305", "aead_stream", "hkdf", "hmac"],
        &["keys"],
        "secrets are used in one room only",
    ),
    (&["aws_lc_rs"], &["keys", "web"], "one signs tokens, the other speaks TLS"),
    (
        &["webauthn_rs", "webauthn_rs_core", "webauthn_rs_proto", "crypto_glue"],
        &["passkeys"],
        "its traps are known there",
    ),
    (
        &["axum", "axum_extra", "hyper", "hyper_util", "tower", "tower_http"],
        &["web", "app", "demo"],
        "a use case is a plain function that a unit test calls",
    ),
    (&["reqwest"], &["fetch", "demo"], "whatever leaves the house passes one guard"),
    (&["lettre"], &["mail"], "one place knows how a letter is sent"),
    (&["clap"], &["cli", "main"], "only the command line reads arguments"),
];

/// Every fault of one file, each a sentence.
fn faults(path: &str, text: &str) -> Vec<String> {
    let floor = path.split(['/', '.']).next().unwrap_or_default();
    let Some((_, below)) = FLOORS.iter().find(|(name, _)| *name == floor) else {
        return vec![format!("src/{path} stands on no floor: give `{floor}` its line in tests/it/floors.rs.")];
    };
    let upward = floors_named(path, text)
        .into_iter()
        .filter(|named| named != floor && EVERYTHING.contains(&named.as_str()) && !below.contains(&named.as_str()))
        .map(|named| format!("src/{path} names `{named}`: `{floor}` may name only {below:?}, names point down."));
    let trespassing = ROOMS.iter().filter(|(_, rooms, _)| !rooms.contains(&floor)).flat_map(|(crates, rooms, why)| {
        crates_named(text, crates)
            .into_iter()
            .map(move |named| format!("src/{path} names the crate `{named}`, whose room is {rooms:?}: {why}."))
    });
    upward.chain(trespassing).collect()
}

fn faults_under(folder: &Path, root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(faults_under(&path, root));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let within = path.strip_prefix(root).expect("below src").to_string_lossy().into_owned();
            found.extend(faults(&within, &fs::read_to_string(&path).expect("a source file")));
        }
    }
    found
}

#[test]
fn no_file_reaches_up_and_no_crate_leaves_its_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = faults_under(&src, &src);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_crate_with_a_room_is_one_that_we_use() {
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).expect("Cargo.lock");
    let used = |name: &str| lock.contains(&format!("name = \"{name}\""));
    for name in ROOMS.iter().flat_map(|(crates, _, _)| *crates) {
        assert!(used(name) || used(&name.replace('_', "-")), "`{name}` is not used, so its room holds nothing");
    }
}

#[test]
fn a_file_that_names_what_stands_above_it_is_a_fault() {
    for (path, text, named) in [
        ("domain/user.rs", "use crate::protocol::scope::Scope;", "protocol"),
        ("domain/mod.rs", "use super::store::Store;", "store"),
        ("protocol/scope.rs", "fn f() { crate::keys::sign() }", "keys"),
        ("protocol/authorize/mod.rs", "use super::super::store;", "store"),
        ("store/users.rs", "use crate::{domain::User, keys::{Keys, seal}};", "keys"),
        ("keys/ring.rs", "use crate::{\n    domain::{Fault, SigningAlg},\n    passkeys,\n};", "passkeys"),
        ("passkeys/login.rs", "pub use crate::flows::cx::Cx;", "flows"),
        ("flows/token/mod.rs", "/* why */ use crate::web::view::View;", "web"),
        ("web/oidc/token.rs", "use crate::app::App;", "app"),
        ("jobs/sweep.rs", "use crate::web;", "web"),
    ] {
        let found = faults(path, text);
        let [fault] = found.as_slice() else { panic!("{path} with {text}: {found:?}") };
        assert!(fault.contains(&format!("src/{path} names `{named}`")), "{fault}");
    }
}

#[test]
fn a_crate_outside_its_room_is_a_fault() {
    for (path, text, named) in [
        ("flows/sign_in.rs", "use axum::http::StatusCode;", "axum"),
        ("flows/sign_in.rs", "use diesel::prelude::*;", "diesel"),
        ("web/mod.rs", "let key: ::josekit::jwk::Jwk = jwk;", "josekit"),
        ("store/users.rs", "use argon2::Argon2;", "argon2"),
        ("keys/mod.rs", "use webauthn_rs::prelude::Passkey;", "webauthn_rs"),
        ("domain/secret.rs", "use {hmac::Mac, std::fmt};", "hmac"),
        ("cli/serve.rs", "#[derive(diesel::Queryable)] struct Row;", "diesel"),
        ("config/mod.rs", "use clap as arguments;", "clap"),
        ("cli/mod.rs", "use axum_extra;", "axum_extra"),
        ("flows/outbox/mod.rs", "let answer = reqwest::get(url);", "reqwest"),
    ] {
        let found = faults(path, text);
        let [fault] = found.as_slice() else { panic!("{path} with {text}: {found:?}") };
        assert!(fault.contains(&format!("src/{path} names the crate `{named}`")), "{fault}");
    }
}

#[test]
fn a_file_on_no_floor_is_a_fault() {
    assert_eq!(faults("helpers/mod.rs", "").len(), 1);
}

#[test]
fn what_points_down_or_only_speaks_of_others_is_no_fault() {
    for (path, text) in [
        ("domain/user.rs", "use super::time::UnixTime; use crate::domain::Email;"),
        ("store/users.rs", "use crate::domain::User; use diesel::prelude::*;"),
        ("store/clients.rs", "mod tests { use super::super::users; use super::*; }"),
        ("flows/sign_in.rs", "use crate::{store::{Store, users}, keys, passkeys::Passkeys, domain::Fault};"),
        ("flows/sign_in.rs", "//! The handler (crate::web, axum::Router) calls this.\nfn f() { /* diesel::insert */ }"),
        ("flows/sign_in.rs", "let hint = \"see crate::web or axum::Router\";"),
        ("flows/sign_in.rs", "let quick = taxum::f(); let parts = store.hmac_parts; fn diesel() {}"),
        ("web/mod.rs", "use axum::Router; use crate::flows;"),
        ("demo/mod.rs", "use crate::{app, web, flows, store};"),
    ] {
        assert_eq!(faults(path, text), Vec::<String>::new(), "{path} with {text}");
    }
}
