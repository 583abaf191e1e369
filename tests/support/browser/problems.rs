//! What goes wrong on a page without anybody seeing it. The streams are subscribed to before the first page opens and
//! emptied after a round trip to the browser: what happened before it has arrived by then.

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::audits::{self, EventIssueAdded, InspectorIssueCode};
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel};
use chromiumoxide::cdp::js_protocol::runtime::{
    ConsoleApiCalledType, EvaluateParams, EventConsoleApiCalled, EventExceptionThrown,
};
use chromiumoxide::listeners::EventStream;
use futures_util::{FutureExt, StreamExt};

pub struct Problems {
    entries: EventStream<EventEntryAdded>,
    console: EventStream<EventConsoleApiCalled>,
    exceptions: EventStream<EventExceptionThrown>,
    issues: EventStream<EventIssueAdded>,
    seen: Vec<String>,
}

impl Problems {
    pub async fn watch(page: &Page) -> Self {
        let problems = Self {
            entries: page.event_listener().await.expect("the log can be listened to"),
            console: page.event_listener().await.expect("the console can be listened to"),
            exceptions: page.event_listener().await.expect("exceptions can be listened to"),
            issues: page.event_listener().await.expect("issues can be listened to"),
            seen: Vec::new(),
        };
        page.enable_log().await.expect("the log speaks");
        page.enable_runtime().await.expect("the runtime speaks");
        page.execute(audits::EnableParams::default()).await.expect("the audits speak");
        problems
    }

    pub fn seen(&self) -> &[String] {
        &self.seen
    }

    /// Strikes out every problem that contains the text; says whether there was one.
    pub fn forgive(&mut self, text: &str) -> bool {
        let before = self.seen.len();
        self.seen.retain(|problem| !problem.contains(text));
        self.seen.len() < before
    }

    pub async fn gather(&mut self, page: &Page) {
        // An answer of any kind is enough, an error too.
        _ = page.execute(EvaluateParams::new("0")).await;
        while let Some(Some(event)) = self.entries.next().now_or_never() {
            if matches!(event.entry.level, LogEntryLevel::Warning | LogEntryLevel::Error) {
                let url = event.entry.url.as_deref().unwrap_or_default();
                self.seen.push(format!("{}: {} {url}", event.entry.source.as_ref(), event.entry.text));
            }
        }
        while let Some(Some(event)) = self.console.next().now_or_never() {
            if matches!(
                event.r#type,
                ConsoleApiCalledType::Error | ConsoleApiCalledType::Warning | ConsoleApiCalledType::Assert
            ) {
                let words = event
                    .args
                    .iter()
                    .filter_map(|arg| arg.value.as_ref().map(ToString::to_string).or(arg.description.clone()));
                self.seen.push(format!("console: {}", words.collect::<Vec<_>>().join(" ")));
            }
        }
        while let Some(Some(event)) = self.exceptions.next().now_or_never() {
            let details = &event.exception_details;
            let thrown = details.exception.as_ref().and_then(|thrown| thrown.description.as_deref());
            self.seen.push(format!("exception: {}", thrown.unwrap_or(&details.text)));
        }
        while let Some(Some(event)) = self.issues.next().now_or_never() {
            // Contrast is judged by axe, which knows the rules better; signing in *is* bouncing from site to site.
            let harmless = [InspectorIssueCode::LowTextContrastIssue, InspectorIssueCode::BounceTrackingIssue];
            if !harmless.contains(&event.issue.code) {
                let issue = serde_json::to_string(&event.issue).unwrap_or_default();
                self.seen.push(format!("issue: {issue}"));
            }
        }
    }
}
