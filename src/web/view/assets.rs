//! What is in the binary: templates, texts, and the files that a browser fetches.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use minijinja::{Error, ErrorKind, Value};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Embedded;

/// One file for a browser.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    pub content_type: &'static str,
}

/// Hash over all files for browsers: one version for all of them, so that modules import each other by relative name.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let files: BTreeMap<_, _> =
        Embedded::iter().filter(|path| path.starts_with("assets/")).map(|path| (path.to_string(), path)).collect();
    let mut hash = Sha256::new();
    for path in files.values() {
        if let Some(file) = Embedded::get(path) {
            hash.update(path.as_bytes());
            hash.update(file.metadata.sha256_hash());
        }
    }
    hex::encode(&hash.finalize()[..8])
});

/// `/assets/<version>/<name>`, for templates.
pub(super) fn address(name: &str) -> Result<Value, Error> {
    match Embedded::get(&format!("assets/{name}")) {
        Some(_) => Ok(Value::from_safe_string(format!("/assets/{}/{name}", *VERSION))),
        None => Err(Error::new(ErrorKind::InvalidOperation, format!("no asset is called {name}"))),
    }
}

pub(super) fn find(path: &str) -> Option<Asset> {
    let (version, name) = path.split_once('/')?;
    if version != *VERSION {
        return None;
    }
    let content_type = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => return None,
    };
    Some(Asset { bytes: Embedded::get(&format!("assets/{name}"))?.data, content_type })
}

pub(super) fn template(name: &str) -> Result<Option<String>, Error> {
    Ok(source(name))
}

pub(super) fn source(path: &str) -> Option<String> {
    let EmbeddedFile { data, .. } = Embedded::get(path)?;
    String::from_utf8(data.into_owned()).ok()
}

/// Path and source of what minijinja reads.
#[cfg(test)]
pub(super) fn templates() -> impl Iterator<Item = (String, String)> {
    Embedded::iter()
        .filter(|path| path.ends_with(".html") && !path.starts_with("demo/"))
        .filter_map(|path| Some((path.to_string(), source(&path)?)))
}

/// What browsers may load.
#[cfg(test)]
pub(super) fn files() -> impl Iterator<Item = (String, Cow<'static, [u8]>)> {
    Embedded::iter()
        .filter(|path| path.starts_with("assets/"))
        .filter_map(|path| Some((path.to_string(), Embedded::get(&path)?.data)))
}
