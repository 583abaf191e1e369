//! `/settings/apps`: what applications hold of this person.

use serde::Serialize;

use super::Page;
use crate::flows::account::apps::App;

#[derive(Clone, Debug, Serialize)]
pub struct AppsPage {
    pub apps: Vec<App>,
    pub withdrawn: bool,
}

impl Page for AppsPage {
    const TEMPLATE: &'static str = "pages/apps.html";
}
