//! axe-core on the page as it is: it runs in an isolated world, so the content security policy needs no hole for it.

use chromiumoxide::cdp::browser_protocol::page::CreateIsolatedWorldParams;
use serde::Deserialize;

use super::Tab;

/// A rule of axe's that the page breaks, and where.
#[derive(Debug, Deserialize)]
pub struct Violation {
    pub id: String,
    pub help: String,
    pub nodes: Vec<String>,
}

const EVERY_RULE: &str = "{resultTypes: ['violations']}";
const CONTRAST: &str = "{resultTypes: ['violations'], runOnly: ['color-contrast']}";
const TOLD: &str = "found => found.violations.map(({id, help, nodes}) =>
    ({id, help, nodes: nodes.map(node => `${node.html} — ${node.failureSummary}`)}))";

impl Tab {
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        self.run_axe(EVERY_RULE)
    }

    /// The one rule whose verdict another theme can change.
    #[track_caller]
    pub fn axe_contrast(&self) -> Vec<Violation> {
        self.run_axe(CONTRAST)
    }

    #[track_caller]
    fn run_axe(&self, options: &str) -> Vec<Violation> {
        let axe = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/clients/node_modules/axe-core/axe.min.js"
        ))
        .expect("axe-core (tests/run.sh installs it: npm ci in tests/clients)");
        let frame = self.run(self.page.mainframe()).expect("a page has a frame");
        let world = self.run(self.page.execute(CreateIsolatedWorldParams::new(frame))).result.execution_context_id;
        self.evaluate(&axe, Some(world)).expect("axe loads");
        let found = self.evaluate(&format!("axe.run({options}).then({TOLD})"), Some(world)).expect("axe runs");
        serde_json::from_value(found).expect("axe's findings")
    }
}
