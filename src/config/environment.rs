//! The process environment, read once: secrets that must not stand in a file come in here.

use zeroize::Zeroizing;

/// What of the environment Genkan looks at. `Debug` shows only what is there.
#[derive(Clone, Default)]
pub struct Environment {
    pub master_key: Option<Zeroizing<String>>,
    pub store_url: Option<Zeroizing<String>>,
}

impl Environment {
    pub const MASTER_KEY: &'static str = "GENKAN_MASTER_KEY";
    pub const STORE_URL: &'static str = "GENKAN_STORE_URL";

    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    pub fn of_process() -> Self {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty()).map(Zeroizing::new);
        Self { master_key: read(Self::MASTER_KEY), store_url: read(Self::STORE_URL) }
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field(Self::MASTER_KEY, &self.master_key.is_some())
            .field(Self::STORE_URL, &self.store_url.is_some())
            .finish()
    }
}
