//! One picture after another, each measured: what a person with a small screen, a thumb or weak eyes needs.

use std::path::PathBuf;

use crate::support::browser::{Tab, Theme};

const SIZES: [(i64, i64); 2] = [(360, 800), (1280, 900)];
const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

/// Whatever is wrong with how things lie on the page, in words.
const FAULTS: &str = "(() => {
    const faults = [];
    const name = element => element.outerHTML.slice(0, 90).replace(/\\s+/g, ' ');
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) faults.push(`scrolls sideways: ${wide}`);
    const seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    for (const element of document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')) {
        const inText = element.matches('a') && getComputedStyle(element).display === 'inline';
        if (!seen(element) || inText || element.matches('.skip')) continue;
        const box = (element.matches('[type=checkbox], [type=radio]') && element.closest('label') || element).getBoundingClientRect();
        if (box.width < 44 || box.height < 44) faults.push(`small, ${box.width} x ${box.height}: ${name(element)}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !seen(element)) continue;
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (size < 16) faults.push(`text of ${size} px: ${name(element)}`);
    }
    return faults;
})()";
const UNFOLD: &str = "document.querySelectorAll('details').forEach(details => { details.open = true })";
const FOLD: &str = "document.querySelectorAll('details').forEach(details => { details.open = false })";

pub struct Gallery {
    folder: PathBuf,
    pub faults: Vec<String>,
}

impl Gallery {
    pub fn new() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/screenshots");
        Self { folder: folder.into(), faults: Vec::new() }
    }

    /// The page that is open, as it is and with everything unfolded.
    pub fn take(&mut self, tab: &Tab, name: &str) {
        self.look(tab, name, true);
    }

    /// The same where scripts are off, axe's own too.
    pub fn take_without_scripts(&mut self, tab: &Tab, name: &str) {
        self.look(tab, name, false);
    }

    fn look(&mut self, tab: &Tab, name: &str, axe: bool) {
        for theme in THEMES {
            tab.theme(theme);
            for (width, height) in SIZES {
                tab.size(width, height);
                let picture = format!("{name}-{width}-{}", theme.as_str());
                tab.screenshot(self.folder.join(format!("{picture}.png")));
                self.measure(tab, &picture);
                tab.eval::<()>(UNFOLD);
                self.measure(tab, &format!("{picture}, unfolded"));
                // Of what axe judges, the theme changes contrast alone, and the width next to nothing.
                let found = match theme {
                    _ if !axe || width != SIZES[0].0 => Vec::new(),
                    Theme::Light => tab.axe(),
                    Theme::Dark => tab.axe_contrast(),
                };
                self.faults
                    .extend(found.into_iter().map(|fault| format!("{picture}: {}: {:?}", fault.id, fault.nodes)));
                tab.eval::<()>(FOLD);
            }
        }
    }

    fn measure(&mut self, tab: &Tab, picture: &str) {
        let found: Vec<String> = tab.eval(FAULTS);
        self.faults.extend(found.into_iter().map(|fault| format!("{picture}: {fault}")));
    }
}
