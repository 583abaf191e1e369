//! What is in the binary: templates, texts, and the files that a browser fetches.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use minijinja::{Error, ErrorKind, Value};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::domain::Accent;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Embedded;

/// One file for a browser.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    pub content_type: &'static str,
}

/// Hash over all files for browsers: one version for all of them, since a script goes out with what it imports.
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

/// Beside the versions: a clinic's colour, which names what its style sheet holds.
const ACCENT: &str = "accent";

/// `1d4e7a.css`
fn accent(name: &str) -> Option<Asset> {
    let hex = name.strip_suffix(".css").filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let bytes = Accent::parse(hex).ok()?.stylesheet().into_bytes().into();
    Some(Asset { bytes, content_type: "text/css; charset=utf-8" })
}

/// `/assets/<version>/<name>`, for templates.
pub(super) fn address(name: &str) -> Result<Value, Error> {
    match Embedded::get(&format!("assets/{name}")) {
        Some(_) => Ok(Value::from_safe_string(format!("/assets/{}/{name}", *VERSION))),
        None => Err(Error::new(ErrorKind::InvalidOperation, format!("no asset is called {name}"))),
    }
}

pub(super) fn find(path: &str) -> Option<Asset> {
    let (version, name) = path.split_once('/')?;
    if version == ACCENT {
        return accent(name);
    }
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
    let bytes = match content_type {
        "text/javascript; charset=utf-8" => SCRIPTS.get(name)?.as_bytes().into(),
        _ => Embedded::get(&format!("assets/{name}"))?.data,
    };
    Some(Asset { bytes, content_type })
}

/// By name.
static SCRIPTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let paths = Embedded::iter().filter(|path| path.ends_with(".js"));
    let names = paths.filter_map(|path| path.strip_prefix("assets/").map(str::to_owned));
    names.filter_map(|name| script(&name).map(|whole| (name, whole))).collect()
});

/// A module in one file with what it imports: each request more is a wait on a bad day's network. They share one scope then, so
/// no two of them may give a name of the top level to different things; a browser refuses such a file whole.
fn script(name: &str) -> Option<String> {
    let (mut whole, mut taken) = (String::new(), BTreeSet::new());
    take(name, &mut whole, &mut taken)?;
    Some(whole)
}

fn take(name: &str, whole: &mut String, taken: &mut BTreeSet<String>) -> Option<()> {
    if !taken.insert(name.to_owned()) {
        return Some(());
    }
    let module = source(&format!("assets/{name}"))?;
    for line in module.lines().filter(|line| line.starts_with("import ")) {
        take(line.split("\"./").nth(1)?.trim_end_matches("\";"), whole, taken)?;
    }
    for line in module.lines().filter(|line| !line.starts_with("import ")) {
        whole.push_str(line.strip_prefix("export ").unwrap_or(line));
        whole.push('\n');
    }
    Some(())
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
