//! Whose screen it is: size, theme, language, scripts on or off.

use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams, SetScriptExecutionDisabledParams,
    SetUserAgentOverrideParams,
};

use chromiumoxide::cdp::browser_protocol::page::AddScriptToEvaluateOnNewDocumentParams;

use super::{Tab, chromium};

const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Tab {
    pub fn size(&self, width: i64, height: i64) {
        self.run(self.page.execute(SetDeviceMetricsOverrideParams::new(width, height, 1.0, false)));
    }

    /// A phone's screen, with two dots to the pixel.
    pub fn phone_screen(&self, width: i64, height: i64) {
        self.run(self.page.execute(SetDeviceMetricsOverrideParams::new(width, height, 2.0, true)));
    }

    pub fn theme(&self, theme: Theme) {
        let scheme = MediaFeature::new("prefers-color-scheme", theme.as_str());
        // Or a picture shows colours half way from one theme to the other.
        let still = MediaFeature::new("prefers-reduced-motion", "reduce");
        self.run(self.page.execute(SetEmulatedMediaParams::builder().features([scheme, still]).build()));
    }

    /// The languages that the browser asks for, the dearest first: `ja,en`.
    pub fn language(&self, languages: &str) {
        let agent = self.run(async { chromium().await.user_agent().await });
        self.describe(&agent, languages);
    }

    /// A phone's browser, as far as a server and a page's layout can tell.
    pub fn phone(&self, languages: &str) {
        self.describe(ANDROID, languages);
        self.size(360, 800);
    }

    fn describe(&self, user_agent: &str, languages: &str) {
        let params = SetUserAgentOverrideParams::builder().user_agent(user_agent).accept_language(languages).build();
        self.run(self.page.execute(params.expect("a user agent")));
    }

    /// From the next page on.
    pub fn scripts(&self, on: bool) {
        self.run(self.page.execute(SetScriptExecutionDisabledParams::new(!on)));
    }

    /// Runs a script before those of every page, from the next page on: how a test makes another browser of this one.
    pub fn before_pages(&self, script: &str) {
        self.run(self.page.execute(AddScriptToEvaluateOnNewDocumentParams::new(script)));
    }

    /// A browser that offers no passkeys in its fields.
    pub fn without_autofill(&self) {
        self.before_pages("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
    }
}
