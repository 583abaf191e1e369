//! Waiting by condition: ask, and ask again, until it holds or patience ends.

use std::time::Duration;

use chromiumoxide::error::CdpError;

use super::super::runtime::block_on;
use super::Tab;

/// Generous: only a failing test ever waits so long.
const TRIES: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(20);

/// Asks until there is an answer, for ten seconds.
pub fn poll<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..TRIES {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        block_on(async { tokio::time::sleep(BETWEEN).await });
    }
    None
}

impl Tab {
    /// Waits for an element that can be seen.
    #[track_caller]
    pub fn wait_for(&self, selector: &str) {
        self.until(&format!("«{selector}» to be seen"), || self.sees(selector).then_some(()));
    }

    /// Opens an address again and again until its page has this element.
    #[track_caller]
    pub fn visit_until(&self, url: &str, selector: &str) {
        self.until(&format!("«{selector}» to be seen"), || {
            self.goto(url);
            self.sees(selector).then_some(())
        });
    }

    #[track_caller]
    pub fn wait_until_gone(&self, selector: &str) {
        self.until(&format!("«{selector}» to go"), || (!self.sees(selector)).then_some(()));
    }

    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        self.until(&format!("the text «{text}»"), || self.body().contains(text).then_some(()));
    }

    /// Waits until the address starts with this and the page has loaded.
    #[track_caller]
    pub fn wait_for_url(&self, start: &str) {
        self.until(&format!("the address {start}"), || {
            (self.url().starts_with(start) && self.is_loaded()).then_some(())
        });
    }

    /// Waits for an expression of the page's to become true.
    #[track_caller]
    pub fn wait_for_js(&self, expression: &str) {
        self.until(expression, || (self.try_eval::<bool>(expression) == Some(true)).then_some(()));
    }

    #[track_caller]
    pub(super) fn until<T>(&self, what: &str, ask: impl FnMut() -> Option<T>) -> T {
        match poll(ask) {
            Some(answer) => answer,
            None => panic!("waited in vain for {what} at {}, which says:\n{}", self.url(), self.body()),
        }
    }

    /// The document that is shown, told apart by when it began.
    pub(super) fn document(&self) -> Option<f64> {
        self.try_eval("performance.timeOrigin")
    }

    #[track_caller]
    pub(super) fn wait_for_document_after(&self, before: Option<f64>) {
        self.until("another page", || (self.is_loaded() && self.document() != before).then_some(()));
    }

    fn is_loaded(&self) -> bool {
        self.try_eval::<bool>("document.readyState === 'complete'") == Some(true)
    }

    #[track_caller]
    pub(super) fn run<T>(&self, command: impl Future<Output = Result<T, CdpError>>) -> T {
        match block_on(command) {
            Ok(answer) => answer,
            Err(error) => panic!("the browser refused a command at {}: {error}", self.url()),
        }
    }
}
