//! `[store]`: which database, and how much may wait for it.

use std::path::Path;

use url::Url;

use super::Environment;
use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct StoreSettings {
    pub url: StoreUrl,
    pub read_connections: usize,
    pub queue: usize,
}

/// `sqlite:FILE` with an absolute file, or `postgres://…`. May hold a password: `Debug` shows the engine alone.
#[derive(Clone)]
pub struct StoreUrl(String);

impl StoreUrl {
    const ALLOWED: &'static str = "sqlite:FILE or postgres://USER@HOST/DATABASE";

    /// A file that is not absolute is looked for in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Option<Self> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            let named = !file.is_empty() && !file.starts_with("//");
            return named.then(|| Self(format!("sqlite:{}", folder.join(file).display())));
        }
        let url = Url::parse(text).ok()?;
        matches!(url.scheme(), "postgres" | "postgresql").then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Of SQLite.
    pub fn file(&self) -> Option<&Path> {
        self.0.strip_prefix("sqlite:").map(Path::new)
    }

    fn has_password(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| {
            url.password().is_some() || url.query_pairs().any(|(name, _)| matches!(&*name, "password" | "sslpassword"))
        })
    }
}

impl std::fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreUrl({}:…)", self.0.split(':').next().unwrap_or_default())
    }
}

impl StoreSettings {
    pub(super) fn read(from: &mut Reader) -> Self {
        let folder = from.folder().to_owned();
        // Read without the reader's own message: what was found may be a password.
        let url = from.text("store.url", StoreUrl::ALLOWED, |text| Some(StoreUrl::parse(text, &folder)));
        let url = url.unwrap_or_else(|| {
            from.refuse_unseen("store.url", "something else (not shown: it may hold a password)", StoreUrl::ALLOWED);
            StoreUrl("sqlite:".to_owned())
        });
        if url.has_password() && !from.is_from("store.url", Environment::STORE_URL) {
            let allowed = "an address without a password here; the whole address in GENKAN_STORE_URL, or a ~/.pgpass";
            from.refuse_unseen("store.url", "an address with a password in it", allowed);
        }
        Self {
            url,
            read_connections: from.number("store.read_connections", 1..=64),
            queue: from.number("store.queue", 16..=65_536),
        }
    }
}
