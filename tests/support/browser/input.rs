//! What a person does: press, click, type. Real input events, so that the page sees a real gesture; by the DOM domain,
//! so that it works where scripts are off.

use chromiumoxide::Element;
use chromiumoxide::cdp::browser_protocol::dom::{FocusParams, ScrollIntoViewIfNeededParams};
use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams};
use chromiumoxide::keys;
use chromiumoxide::layout::Point;

use super::super::runtime::block_on;
use super::Tab;

/// No page has so many things to stop at.
const FARTHEST: usize = 60;

impl Tab {
    /// Clicks the middle of an element, waited for.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let point = self.until(&format!("«{selector}» to click on"), || block_on(self.place_of(selector)));
        self.run(self.page.click(point));
    }

    /// Clicks, and waits for the page that follows.
    #[track_caller]
    pub fn follow(&self, selector: &str) {
        self.wait_for(selector);
        let before = self.document();
        self.click(selector);
        self.wait_for_document_after(before);
    }

    /// Replaces what a field holds.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        self.until(&format!("«{selector}» to type into"), || block_on(self.select_all_in(selector)));
        self.run(self.page.execute(InsertTextParams::new(text)));
    }

    /// Presses a key by its name: `Enter`, `Tab`, `Escape`, `ArrowDown`, …
    #[track_caller]
    pub fn press(&self, key: &str) {
        let Some(definition) = keys::get_key_definition(key) else { panic!("there is no key «{key}»") };
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let event = DispatchKeyEventParams::builder()
                .r#type(kind)
                .key(definition.key)
                .code(definition.code)
                .windows_virtual_key_code(definition.key_code);
            let event = match definition.text {
                Some(text) => event.text(text),
                None => event,
            };
            self.run(self.page.execute(event.build().expect("a key event has its kind")));
        }
    }

    /// Goes on by Tab, as who has no mouse, until the element has the focus.
    #[track_caller]
    pub fn reach(&self, selector: &str) {
        self.wait_for(selector);
        let reached = format!("document.activeElement.matches({})", serde_json::json!(selector));
        let steps = (0..FARTHEST).find(|_| {
            let here = self.eval::<bool>(&reached);
            if !here {
                self.press("Tab");
            }
            here
        });
        assert!(steps.is_some(), "«{selector}» is not reached by Tab on {}", self.url());
    }

    /// Reaches it, presses Enter, and waits for the page that follows.
    #[track_caller]
    pub fn enter(&self, selector: &str) {
        self.reach(selector);
        let before = self.document();
        self.press("Enter");
        self.wait_for_document_after(before);
    }

    /// Reaches a field and types into it.
    #[track_caller]
    pub fn type_into(&self, selector: &str, text: &str) {
        self.reach(selector);
        self.run(self.page.execute(InsertTextParams::new(text)));
    }

    async fn place_of(&self, selector: &str) -> Option<Point> {
        let element = self.element(selector).await?;
        element.clickable_point().await.ok()
    }

    async fn select_all_in(&self, selector: &str) -> Option<()> {
        let element = self.element(selector).await?;
        let focus = FocusParams::builder().backend_node_id(element.backend_node_id).build();
        self.page.execute(focus).await.ok()?;
        let select_all =
            DispatchKeyEventParams::builder().r#type(DispatchKeyEventType::RawKeyDown).command("selectAll");
        self.page.execute(select_all.build().ok()?).await.ok()?;
        Some(())
    }

    async fn element(&self, selector: &str) -> Option<Element> {
        let element = self.page.find_element(selector).await.ok()?;
        let scroll = ScrollIntoViewIfNeededParams::builder().backend_node_id(element.backend_node_id).build();
        self.page.execute(scroll).await.ok()?;
        Some(element)
    }
}
