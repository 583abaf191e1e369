//! A real browser for tests: one Chromium for the whole binary, and for each test a `Tab` with cookies and
//! authenticators of its own.
//!
//! Every call waits for what it needs and fails with a sentence when that doesn't come; a tab that saw a console error,
//! an exception, a breach of the content security policy or a browser issue which the test did not expect fails it.

mod authenticator;
mod axe;
mod emulation;
mod input;
mod problems;
mod read;
mod wait;

use std::path::Path;

use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::page::{CaptureScreenshotFormat, NavigateParams, PrintToPdfParams};
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use chromiumoxide::page::ScreenshotParams;
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures_util::StreamExt;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

pub use authenticator::{Authenticator, Kind};
pub use axe::Violation;
pub use emulation::Theme;
pub use wait::poll;

use super::runtime::{block_on, runtime};
use problems::Problems;

/// A tab takes about 60 MB and most of a core while it loads.
static PLACES: std::sync::LazyLock<std::sync::Arc<Semaphore>> = std::sync::LazyLock::new(|| Semaphore::new(3).into());

async fn chromium() -> &'static Browser {
    static CHROMIUM: OnceCell<Browser> = OnceCell::const_new();
    CHROMIUM.get_or_init(launch).await
}

async fn launch() -> Browser {
    let profile = tempfile::Builder::new().prefix("genkan-chromium").tempdir().expect("a profile folder").keep();
    let config = BrowserConfig::builder()
        .chrome_executable(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/chromium.sh"))
        .env("GENKAN_TEST_PROFILE", profile.display().to_string())
        .user_data_dir(&profile)
        .new_headless_mode()
        .no_sandbox()
        .viewport(None)
        .args(["disable-gpu", "disable-quic", "no-first-run", "disable-component-update", "disable-sync"])
        .build()
        .expect("a browser configuration");
    let (browser, mut handler) = Browser::launch(config).await.expect("Chromium starts (tests/run.sh installs it)");
    // Unpolled it answers nothing; an error is one lost message, not the end.
    runtime().spawn(async move { while handler.next().await.is_some() {} });
    browser
}

/// One page with its own cookies, storage and authenticators.
pub struct Tab {
    page: Page,
    context: BrowserContextId,
    problems: Problems,
    owns_context: bool,
    _place: Option<OwnedSemaphorePermit>,
}

impl Tab {
    pub fn open() -> Self {
        block_on(async {
            let place = PLACES.clone().acquire_owned().await.expect("the places are never closed");
            Self::in_new_context(Some(place)).await
        })
    }

    /// Another person's browser in the same test.
    pub fn stranger(&self) -> Self {
        block_on(Self::in_new_context(None))
    }

    /// Another tab of the same person: same cookies, authenticators of its own.
    pub fn sibling(&self) -> Self {
        block_on(Self::in_context(self.context.clone(), false, None))
    }

    async fn in_new_context(place: Option<OwnedSemaphorePermit>) -> Self {
        let params = CreateBrowserContextParams::default();
        let context = chromium().await.create_browser_context(params).await.expect("a browser context");
        Self::in_context(context, true, place).await
    }

    async fn in_context(context: BrowserContextId, owns_context: bool, _place: Option<OwnedSemaphorePermit>) -> Self {
        let blank = CreateTargetParams::builder().url("about:blank").browser_context_id(context.clone()).build();
        let page = chromium().await.new_page(blank.expect("a url")).await.expect("a new page");
        let problems = Problems::watch(&page).await;
        Self { page, context, problems, owns_context, _place }
    }

    /// Opens an address and waits until it has loaded.
    pub fn goto(&self, url: &str) {
        let before = self.document();
        let answer = self.run(self.page.execute(NavigateParams::new(url)));
        if let Some(error) = &answer.error_text {
            panic!("{url} could not be opened: {error}");
        }
        self.wait_for_document_after(before);
    }

    pub fn screenshot(&self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder for the screenshot");
        }
        self.run(self.page.save_screenshot(ScreenshotParams::builder().full_page(true).build(), path));
    }

    /// How many sheets of paper the page takes.
    pub fn printed_pages(&self) -> usize {
        let params = PrintToPdfParams::builder().prefer_css_page_size(true).build();
        let pdf = self.run(self.page.pdf(params));
        String::from_utf8_lossy(&pdf).matches("/Type /Page\n").count()
    }

    /// What is in view, as WebP.
    pub fn photograph(&self, path: impl AsRef<Path>) {
        let webp = ScreenshotParams::builder().format(CaptureScreenshotFormat::Webp).quality(80).build();
        self.run(self.page.save_screenshot(webp, path));
    }

    /// Says that the page must have had a problem whose text contains this, and forgives it.
    #[track_caller]
    pub fn expect_problem(&mut self, text: &str) {
        let Self { page, problems, .. } = self;
        assert!(
            wait::poll(|| {
                block_on(problems.gather(page));
                problems.forgive(text).then_some(())
            })
            .is_some(),
            "no problem with «{text}» was seen, only {:?}",
            problems.seen()
        );
    }

    /// Forgives what may have gone wrong and need not.
    pub fn forgive(&mut self, text: &str) {
        block_on(self.problems.gather(&self.page));
        self.problems.forgive(text);
    }

    /// What went wrong on the pages of this tab so far.
    pub fn problems(&mut self) -> Vec<String> {
        block_on(self.problems.gather(&self.page));
        self.problems.seen().to_vec()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let problems = if std::thread::panicking() { Vec::new() } else { self.problems() };
        block_on(async {
            let browser = chromium().await;
            let closed = match self.owns_context {
                true => browser.dispose_browser_context(self.context.clone()).await.err(),
                false => self.page.clone().close().await.err(),
            };
            if let Some(error) = closed {
                eprintln!("a tab did not close: {error}");
            }
        });
        if !problems.is_empty() {
            panic!("the browser saw:\n  {}", problems.join("\n  "));
        }
    }
}
